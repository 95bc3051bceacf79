import type { BlameBand, BlameParts } from '../summary-detail.js';
import { LOG_BUCKETS, logBucketOf } from './log-bucket.js';

/** Places of the parts of a time; the parts `behind` a tier follow. */
export const Part = {
  retries: 0,
  gateway: 1,
  queue: 2,
  prefill: 3,
  sharing: 4,
  preemption: 5,
  decode: 6,
  chunks: 7,
  behind: 8,
} as const;

/** Between these shares of the requests, from fastest to slowest. */
const BANDS = [0, 0.5, 0.9, 0.99, 1] as const;

/** Sums of the parts of times, by the size of the whole, so that the slow ones can be told from the fast afterwards. */
export class BlameBook {
  private readonly counts = new Float64Array(LOG_BUCKETS);
  private readonly totals = new Float64Array(LOG_BUCKETS);
  private readonly sums: (Float64Array | undefined)[] = [];

  /** `partsUs` add up to `totalUs`. */
  add(totalUs: number, partsUs: Float64Array): void {
    const bucket = logBucketOf(totalUs);
    this.counts[bucket]!++;
    this.totals[bucket]! += totalUs;
    const sums = this.sums[bucket] ?? (this.sums[bucket] = new Float64Array(partsUs.length));
    for (let part = 0; part < partsUs.length; part++) sums[part]! += partsUs[part]!;
  }

  /** Bands that hold anything. A bucket is never cut: it belongs where its middle lies, so bounds are approximate. */
  bands(tiers: readonly string[]): BlameBand[] {
    const count = this.counts.reduce((sum, n) => sum + n, 0);
    const bands = BANDS.slice(1).map((to, place) => new Band(BANDS[place]!, to));
    let before = 0;
    for (let bucket = 0; bucket < LOG_BUCKETS; bucket++) {
      const n = this.counts[bucket]!;
      if (n === 0) continue;
      const middle = (before + n / 2) / count;
      bands.find(({ to }) => middle <= to)!.take(n, this.totals[bucket]!, this.sums[bucket]!);
      before += n;
    }
    return bands.filter(({ n }) => n > 0).map((band) => band.summary(tiers));
  }

  /** All of it as one band; null: nothing was added. */
  whole(tiers: readonly string[]): BlameBand | null {
    const band = new Band(0, 1);
    for (let bucket = 0; bucket < LOG_BUCKETS; bucket++) {
      const n = this.counts[bucket]!;
      if (n > 0) band.take(n, this.totals[bucket]!, this.sums[bucket]!);
    }
    return band.n === 0 ? null : band.summary(tiers);
  }
}

class Band {
  n = 0;
  private totalUs = 0;
  private readonly partsUs: number[] = [];

  constructor(
    readonly from: number,
    readonly to: number,
  ) {}

  take(n: number, totalUs: number, sums: Float64Array): void {
    this.n += n;
    this.totalUs += totalUs;
    for (const [part, sum] of sums.entries()) this.partsUs[part] = (this.partsUs[part] ?? 0) + sum;
  }

  summary(tiers: readonly string[]): BlameBand {
    const ms = (part: number): number => (this.partsUs[part] ?? 0) / this.n / 1000;
    const behind: Record<string, number> = {};
    for (const [index, tier] of tiers.entries()) {
      if (ms(Part.behind + index) > 0) behind[tier] = ms(Part.behind + index);
    }
    const parts: BlameParts = {
      retries: ms(Part.retries),
      gateway: ms(Part.gateway),
      behind,
      queue: ms(Part.queue),
      prefill: ms(Part.prefill),
      sharing: ms(Part.sharing),
      preemption: ms(Part.preemption),
      decode: ms(Part.decode),
      chunks: ms(Part.chunks),
    };
    return { fromShare: this.from, toShare: this.to, n: this.n, meanMs: this.totalUs / this.n / 1000, parts };
  }
}
