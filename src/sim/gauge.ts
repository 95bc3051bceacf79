/**
 * A quantity that is constant between changes, integrated over the counted window and over the equal buckets of
 * a time series. Values and times are whole numbers, so the integrals are exact below 2^53.
 */
export class Gauge {
  private value = 0;
  private sinceUs = 0;
  private windowIntegral = 0;
  private readonly buckets: Float64Array;
  /** The bucket that `sinceUs` lies in, and where it ends. */
  private bucket = 0;
  private bucketEndUs: number;

  constructor(
    private readonly windowFromUs: number,
    private readonly bucketUs: number,
    buckets: number,
  ) {
    this.buckets = new Float64Array(buckets);
    this.bucketEndUs = buckets > 1 ? bucketUs : Number.POSITIVE_INFINITY;
  }

  get current(): number {
    return this.value;
  }

  set(nowUs: number, value: number): void {
    if (nowUs > this.sinceUs) this.settle(nowUs);
    this.value = value;
  }

  add(nowUs: number, by: number): void {
    this.set(nowUs, this.value + by);
  }

  /** Time average over the counted window up to `nowUs`. */
  mean(nowUs: number): number {
    this.settle(nowUs);
    return nowUs > this.windowFromUs ? this.windowIntegral / (nowUs - this.windowFromUs) : 0;
  }

  /** Integral over the counted window, in value x microseconds. */
  integral(nowUs: number): number {
    this.settle(nowUs);
    return this.windowIntegral;
  }

  /** Time average of each bucket that has begun by `nowUs`. */
  series(nowUs: number): number[] {
    this.settle(nowUs);
    const means: number[] = [];
    for (let i = 0; i < this.buckets.length && i * this.bucketUs < nowUs; i++) {
      const lengthUs = Math.min(this.bucketUs, nowUs - i * this.bucketUs);
      means.push(this.buckets[i]! / lengthUs);
    }
    return means;
  }

  private settle(nowUs: number): void {
    let fromUs = this.sinceUs;
    if (nowUs <= fromUs) return;
    this.sinceUs = nowUs;
    const countedFromUs = Math.max(fromUs, this.windowFromUs);
    if (nowUs > countedFromUs) this.windowIntegral += this.value * (nowUs - countedFromUs);
    while (nowUs > this.bucketEndUs) {
      this.buckets[this.bucket]! += this.value * (this.bucketEndUs - fromUs);
      fromUs = this.bucketEndUs;
      this.bucket++;
      // The last bucket takes what lies beyond it.
      const isLast = this.bucket === this.buckets.length - 1;
      this.bucketEndUs = isLast ? Number.POSITIVE_INFINITY : this.bucketEndUs + this.bucketUs;
    }
    this.buckets[this.bucket]! += this.value * (nowUs - fromUs);
  }
}

/** At most 300 buckets, of a length people like to read. */
export function bucketLengthUs(durationUs: number): number {
  for (const seconds of NICE_SECONDS) {
    if (seconds * 1_000_000 * 300 >= durationUs) return seconds * 1_000_000;
  }
  return Math.ceil(durationUs / 300);
}

export function bucketCountOf(durationUs: number): number {
  return Math.max(1, Math.ceil(durationUs / bucketLengthUs(durationUs)));
}

const NICE_SECONDS = [
  0.001, 0.01, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200,
  86_400,
];
