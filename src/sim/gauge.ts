import { LARGE } from './core/expect-large.js';
import { nextLookUs } from './core/next-look.js';

/**
 * A quantity that is constant between changes, integrated over the counted window and over the equal buckets of
 * a time series. Values and times are whole numbers, so the integrals are exact below 2^53.
 *
 * A change costs two additions: over a stretch of time the integral is the last value times the length of the stretch,
 * less each change times how late it came. Stretches end where a bucket does and where the window begins; the first of all
 * are shorter.
 */
export class Gauge {
  private value = 0;
  /** The stretch under way: where it began, where it ends at the latest, and its changes times how late they came. */
  private fromUs = LARGE;
  private toUs = LARGE;
  private lateness = LARGE;
  private bucket = 0;
  private windowIntegral = LARGE;
  private readonly buckets: Float64Array;
  /** To which time stretches are closed: in a field it costs no allocation where none has to be. */
  private wantedUs = LARGE;

  constructor(
    private readonly windowFromUs: number,
    private readonly bucketUs: number,
    buckets: number,
    private readonly clock: { readonly nowUs: number },
  ) {
    this.fromUs = 0;
    this.lateness = 0;
    this.windowIntegral = 0;
    this.buckets = new Float64Array(buckets);
    this.toUs = this.endOfStretch();
  }

  get current(): number {
    return this.value;
  }

  set(nowUs: number, value: number): void {
    this.add(nowUs, value - this.value);
  }

  /** By the clock: a large number handed over would cost an allocation. */
  addNow(by: number): void {
    this.add(this.clock.nowUs, by);
  }

  add(nowUs: number, by: number): void {
    if (nowUs > this.toUs) {
      this.wantedUs = nowUs;
      this.goOn();
    }
    this.value += by;
    this.lateness += by * (nowUs - this.fromUs);
  }

  /** Time average over the counted window up to `nowUs`. */
  mean(nowUs: number): number {
    const integral = this.integral(nowUs);
    return nowUs > this.windowFromUs ? integral / (nowUs - this.windowFromUs) : 0;
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
    this.wantedUs = nowUs;
    this.goOn();
    if (nowUs > this.fromUs) this.close(nowUs);
  }

  /** Closes all stretches that end before `wantedUs`. */
  private goOn(): void {
    while (this.wantedUs > this.toUs) {
      this.close(this.toUs);
      // The last bucket takes what lies beyond it.
      if (this.fromUs === this.bucketEndUs) this.bucket++;
      this.toUs = this.endOfStretch();
    }
  }

  private close(nowUs: number): void {
    const integral = this.value * (nowUs - this.fromUs) - this.lateness;
    this.buckets[this.bucket]! += integral;
    if (this.fromUs >= this.windowFromUs) this.windowIntegral += integral;
    this.fromUs = nowUs;
    this.lateness = 0;
  }

  private endOfStretch(): number {
    const { fromUs, windowFromUs, bucketEndUs } = this;
    return nextLookUs(fromUs, fromUs < windowFromUs ? Math.min(windowFromUs, bucketEndUs) : bucketEndUs);
  }

  private get bucketEndUs(): number {
    const isLast = this.bucket === this.buckets.length - 1;
    return isLast ? Number.POSITIVE_INFINITY : (this.bucket + 1) * this.bucketUs;
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
