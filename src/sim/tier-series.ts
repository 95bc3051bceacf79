/** Counts of one tier by the bucket in which an attempt was sent. */
export class TierSeries {
  readonly sent: Float64Array;
  readonly shed: Float64Array;
  private readonly ttftUs: Float64Array;
  private readonly ttftCount: Float64Array;
  /** The bucket asked for last: time passes slowly. */
  private last = 0;
  private lastFromUs = 0;

  constructor(
    private readonly bucketUs: number,
    buckets: number,
  ) {
    this.sent = new Float64Array(buckets);
    this.shed = new Float64Array(buckets);
    this.ttftUs = new Float64Array(buckets);
    this.ttftCount = new Float64Array(buckets);
  }

  addSent(sentUs: number): void {
    this.sent[this.bucketOf(sentUs)]!++;
  }

  addShed(sentUs: number): void {
    this.shed[this.bucketOf(sentUs)]!++;
  }

  addTtft(sentUs: number, ttftUs: number): void {
    const bucket = this.bucketOf(sentUs);
    this.ttftUs[bucket]! += ttftUs;
    this.ttftCount[bucket]!++;
  }

  ttftMeanMs(bucket: number): number | null {
    const n = this.ttftCount[bucket]!;
    return n === 0 ? null : this.ttftUs[bucket]! / n / 1000;
  }

  private bucketOf(sentUs: number): number {
    if (sentUs < this.lastFromUs || sentUs >= this.lastFromUs + this.bucketUs) {
      this.last = Math.floor(sentUs / this.bucketUs);
      this.lastFromUs = this.last * this.bucketUs;
    }
    return Math.min(this.sent.length - 1, this.last);
  }
}
