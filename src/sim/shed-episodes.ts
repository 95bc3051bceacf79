import { LARGE } from './core/expect-large.js';
import { nextLookUs } from './core/next-look.js';

/** Sheds of one tier that lie closer together than this belong to one spell of congestion. */
export const EPISODE_GAP_US = 60_000_000;

/** A tier that is shed in more spells than this is not shed rarely, and no more are kept. */
export const EPISODES_MAX = 1000;

/** A spell in which attempts of a tier were shed. */
export interface ShedEpisode {
  readonly firstUs: number;
  lastUs: number;
  shed: number;
  /** Attempts per second of all tiers in the minute before the first shed. */
  readonly perSecond: number;
  /** By tier: attempts from the first to the last shed, and those of them that were shed. */
  readonly sent: Float64Array;
  readonly shedByTier: Float64Array;
  /** Running counts at the first shed. */
  readonly sentBefore: Float64Array;
  readonly shedBefore: Float64Array;
}

/**
 * Sheds come in spells, so a thousand of them may be a single accident. This keeps the spells of each tier, what the load was
 * when they began, and how the other tiers fared meanwhile. An attempt costs two additions, a shed a line of counts.
 */
export class ShedEpisodes {
  /** By tier; null: too many to be rare. */
  readonly byTier: (ShedEpisode[] | null)[];
  private readonly sentByTier: Float64Array;
  private readonly shedByTier: Float64Array;
  private minute = 0;
  /** The end of the minute, or earlier. */
  private lookUs = LARGE;
  private inMinute = 0;
  private inMinuteBefore = 0;

  constructor(tiers: number) {
    this.byTier = Array.from({ length: tiers }, () => []);
    this.sentByTier = new Float64Array(tiers);
    this.shedByTier = new Float64Array(tiers);
    this.lookUs = nextLookUs(0, MINUTE_US);
  }

  sent(tier: number, nowUs: number): void {
    this.sentByTier[tier]!++;
    if (nowUs >= this.lookUs) this.look(nowUs);
    this.inMinute++;
  }

  shed(tier: number, nowUs: number): void {
    this.shedByTier[tier]!++;
    const episodes = this.byTier[tier];
    if (episodes === null || episodes === undefined) return;
    const last = episodes.at(-1);
    if (last !== undefined && nowUs - last.lastUs < EPISODE_GAP_US) this.extend(last, nowUs);
    else if (episodes.length === EPISODES_MAX) this.byTier[tier] = null;
    else {
      const episode = this.begin(tier, nowUs);
      this.extend(episode, nowUs);
      episodes.push(episode);
    }
  }

  private begin(tier: number, nowUs: number): ShedEpisode {
    return {
      firstUs: nowUs,
      lastUs: nowUs,
      shed: 0,
      perSecond: this.perSecond(nowUs),
      sent: new Float64Array(this.sentByTier.length),
      shedByTier: new Float64Array(this.sentByTier.length),
      sentBefore: before(this.sentByTier, tier),
      shedBefore: before(this.shedByTier, tier),
    };
  }

  private extend(episode: ShedEpisode, nowUs: number): void {
    episode.shed++;
    episode.lastUs = nowUs;
    for (let tier = 0; tier < this.sentByTier.length; tier++) {
      episode.sent[tier] = this.sentByTier[tier]! - episode.sentBefore[tier]!;
      episode.shedByTier[tier] = this.shedByTier[tier]! - episode.shedBefore[tier]!;
    }
  }

  private look(nowUs: number): void {
    const minute = Math.floor(nowUs / MINUTE_US);
    if (minute !== this.minute) {
      this.inMinuteBefore = minute === this.minute + 1 ? this.inMinute : 0;
      this.inMinute = 0;
      this.minute = minute;
    }
    this.lookUs = nextLookUs(nowUs, (minute + 1) * MINUTE_US);
  }

  /** A sliding minute from two fixed ones, the older weighed by the part of it that is still inside. */
  private perSecond(nowUs: number): number {
    const passedUs = nowUs - this.minute * MINUTE_US;
    if (this.minute === 0) return passedUs === 0 ? 0 : this.inMinute / (passedUs / 1e6);
    return (this.inMinute + this.inMinuteBefore * (1 - passedUs / MINUTE_US)) / 60;
  }
}

/** The shed attempt itself has been counted already. */
function before(counts: Float64Array, tier: number): Float64Array {
  const copy = counts.slice();
  copy[tier]!--;
  return copy;
}

const MINUTE_US = 60_000_000;
