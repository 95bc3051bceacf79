/** A trace that a class cannot play: the user's mistake, not ours. */
export class TraceError extends Error {
  constructor(
    readonly file: string,
    /** 0: the file as a whole. */
    readonly line: number,
    message: string,
  ) {
    super(message);
    this.name = 'TraceError';
  }
}
