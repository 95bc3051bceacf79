import { LOG_BUCKETS, logBucketOf, logBucketValue } from './log-bucket.js';

/** Percentiles of a latency in each bucket of time: a coarse histogram each, made when its first value comes. */
export class LatencyOverTime {
  private readonly histograms: (Uint32Array | null)[];
  readonly n: Uint32Array;

  constructor(buckets: number) {
    this.histograms = new Array<Uint32Array | null>(buckets).fill(null);
    this.n = new Uint32Array(buckets);
  }

  add(bucket: number, us: number): void {
    const histogram = this.histograms[bucket] ?? (this.histograms[bucket] = new Uint32Array(LOG_BUCKETS));
    histogram[logBucketOf(us)]!++;
    this.n[bucket]!++;
  }

  /** Nearest rank, the middle of its bucket; null where nothing was counted. */
  quantileUs(bucket: number, share: number): number | null {
    const histogram = this.histograms[bucket] ?? null;
    if (histogram === null) return null;
    const rank = Math.ceil(share * this.n[bucket]!);
    let seen = 0;
    for (let place = 0; place < LOG_BUCKETS; place++) {
      seen += histogram[place]!;
      if (seen >= rank) return logBucketValue(place);
    }
    return null;
  }
}
