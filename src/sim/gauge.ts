/**
 * A quantity that is constant between changes, integrated over the counted window and over the equal buckets of
 * a time series. Values and times are whole numbers, so the integrals are exact below 2^53.
 */
export class Gauge {
  private value = 0;
  private sinceUs = 0;
  private windowIntegral = 0;
  private readonly buckets: Float64Array;

  constructor(
    private readonly windowFromUs: number,
    private readonly bucketUs: number,
    buckets: number,
  ) {
    this.buckets = new Float64Array(buckets);
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
    if (this.value === 0) return;
    const countedFromUs = fromUs > this.windowFromUs ? fromUs : this.windowFromUs;
    if (nowUs > countedFromUs) this.windowIntegral += this.value * (nowUs - countedFromUs);
    const last = this.buckets.length - 1;
    let bucket = Math.min(last, Math.floor(fromUs / this.bucketUs));
    while (bucket < last && nowUs > (bucket + 1) * this.bucketUs) {
      const edgeUs = (bucket + 1) * this.bucketUs;
      this.buckets[bucket]! += this.value * (edgeUs - fromUs);
      fromUs = edgeUs;
      bucket++;
    }
    this.buckets[bucket]! += this.value * (nowUs - fromUs);
  }
}

/** At most 300 buckets, of a length people like to read. */
export function bucketLengthUs(durationUs: number): number {
  for (const seconds of NICE_SECONDS) {
    if (seconds * 1_000_000 * 300 >= durationUs) return seconds * 1_000_000;
  }
  return Math.ceil(durationUs / 300);
}

const NICE_SECONDS = [
  0.001, 0.01, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200,
  86_400,
];
