type Listener = (bucket: number | null) => void;

/** The moment that all charts over time show: hover one, see it in all. */
export class TimeCursor {
  private readonly listeners: Listener[] = [];
  private bucket: number | null = null;

  listen(listener: Listener): void {
    this.listeners.push(listener);
  }

  get current(): number | null {
    return this.bucket;
  }

  moveTo(bucket: number | null): void {
    if (bucket === this.bucket) return;
    this.bucket = bucket;
    for (const listener of this.listeners) listener(bucket);
  }
}
