/** Which engines have given up seats, blocks or queued prompts since somebody last asked: only there can room be new. */
export class FreedEngines {
  private readonly isNoted: Uint8Array;
  private noted: number[] = [];
  private taken: number[] = [];

  constructor(engines: number) {
    this.isNoted = new Uint8Array(engines);
  }

  note(engine: number): void {
    if (this.isNoted[engine] === 1) return;
    this.isNoted[engine] = 1;
    this.noted.push(engine);
  }

  /** Those noted, each once, in no particular order; good until the next call. */
  take(): readonly number[] {
    const { noted, taken, isNoted } = this;
    while (taken.length > 0) taken.pop();
    this.noted = taken;
    this.taken = noted;
    for (let i = 0; i < noted.length; i++) isNoted[noted[i]!] = 0;
    return noted;
  }
}
