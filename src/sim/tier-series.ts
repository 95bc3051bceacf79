/** Counts of one tier by the bucket in which an attempt was sent. */
export class TierSeries {
  readonly sent: Float64Array;
  readonly shed: Float64Array;
  private readonly ttftUs: Float64Array;
  private readonly ttftCount: Float64Array;
  /** The bucket asked for last: time passes slowly. */
  private last = 0;
  private lastFromUs = Number.POSITIVE_INFINITY;
  private lastToUs = Number.NEGATIVE_INFINITY;

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
    if (sentUs < this.lastFromUs || sentUs >= this.lastToUs) {
      const bucket = Math.floor(sentUs / this.bucketUs);
      this.last = Math.min(this.sent.length - 1, bucket);
      this.lastFromUs = bucket * this.bucketUs;
      this.lastToUs = this.lastFromUs + this.bucketUs;
    }
    return this.last;
  }
}
