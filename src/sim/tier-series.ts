/** Counts of one tier by the bucket in which an attempt was sent. */
export class TierSeries {
  readonly sent: Float64Array;
  readonly shed: Float64Array;
  private readonly ttftUs: Float64Array;
  private readonly ttftCount: Float64Array;
  constructor(
    private readonly bucketUs: number,
    buckets: number,
  ) {
    this.sent = new Float64Array(buckets);
    this.shed = new Float64Array(buckets);
    this.ttftUs = new Float64Array(buckets);
    this.ttftCount = new Float64Array(buckets);
  }

  bucketOf(sentUs: number): number {
    return Math.min(this.sent.length - 1, Math.floor(sentUs / this.bucketUs));
  }

  addSent(bucket: number): void {
    this.sent[bucket]!++;
  }

  addShed(bucket: number): void {
    this.shed[bucket]!++;
  }

  addTtft(bucket: number, ttftUs: number): void {
    this.ttftUs[bucket]! += ttftUs;
    this.ttftCount[bucket]!++;
  }

  ttftMeanMs(bucket: number): number | null {
    const n = this.ttftCount[bucket]!;
    return n === 0 ? null : this.ttftUs[bucket]! / n / 1000;
  }
}
