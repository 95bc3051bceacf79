import { OUTCOMES, type Outcome } from '../models/outcome.js';
import { byClass } from '../models/per-model.js';
import type { Scenario, TrafficClass } from '../models/scenario.js';
import { StepEnergy } from '../models/step-energy.js';
import type { Attempt } from './attempt.js';
import { Chunks } from './core/chunks.js';
import type { Fingerprint } from './core/fingerprint.js';
import { objectList } from './core/lists.js';
import type { DetailBooks } from './detail/detail-books.js';
import { TokenGaps } from './engine/token-gaps.js';
import { bucketCountOf, bucketLengthUs } from './gauge.js';
import { Ledger } from './ledger/ledger.js';
import type { AttemptRecord } from './record.js';
import { RecordWriter } from './record-writer.js';
import { ShedEpisodes } from './shed-episodes.js';
import { TierSeries } from './tier-series.js';
import { TierStats } from './tier-stats.js';

/** What one account did and paid. */
export class AccountBook {
  requests = 0;
  attempts = 0;
  rateLimited = 0;
}

/**
 * Everything that is written down about attempts: one row each for whoever wants rows, and the running counts from
 * which the summary is made. The world says what happened; the books decide nothing.
 */
export class Books {
  private readonly stats: readonly TierStats[];
  readonly series: readonly TierSeries[];
  readonly shedEpisodes: ShedEpisodes;
  readonly accounts: readonly AccountBook[];
  readonly bucketUs: number;
  readonly bucketCount: number;
  /** All attempts and requests, the warm-up's too. */
  requestsSeen = 0;
  attemptsSeen = 0;
  /** Open in the counted window. */
  readonly gaps: TokenGaps;
  readonly ledger: Ledger;
  /** By pool and class. */
  private readonly energies: readonly (readonly StepEnergy[])[];
  private readonly writer: RecordWriter | null;
  /** The attempts that ended last, and how many of them are booked. When they are given back does not depend on who looks. */
  private readonly over = objectList<Attempt>();
  private booked = 0;
  /** By class. */
  private readonly slos: readonly TrafficClass['slo'][];

  constructor(
    scenario: Scenario,
    /** Microseconds, in the order of the targets that ask for withinTtft. */
    readonly ttftThresholdsUs: readonly number[],
    private readonly accountOfClass: readonly number[],
    private readonly fingerprint: Fingerprint,
    /** Takes an attempt that nobody looks at any more. */
    private readonly recycle: (attempt: Attempt) => void,
    onRecord: ((record: AttemptRecord) => void) | null,
    /** null: nobody asked for it. */
    readonly detail: DetailBooks | null = null,
    exactSamples?: number,
  ) {
    const { tiers } = scenario.provider;
    this.bucketUs = bucketLengthUs(scenario.durationUs);
    this.bucketCount = bucketCountOf(scenario.durationUs);
    const chunks = new Chunks();
    this.stats = tiers.map(() => new TierStats(scenario.pools.length, ttftThresholdsUs.length, exactSamples, chunks));
    this.gaps = new TokenGaps(tiers.length);
    this.series = tiers.map(() => new TierSeries(this.bucketUs, this.bucketCount));
    this.shedEpisodes = new ShedEpisodes(tiers.length);
    this.accounts = scenario.accounts.map(() => new AccountBook());
    this.ledger = new Ledger(scenario);
    this.slos = scenario.traffic.map(({ slo }) => slo);
    this.energies = byClass(scenario, ({ power, stepTime }) => new StepEnergy(power, stepTime, 0));
    this.writer = onRecord === null ? null : new RecordWriter(scenario, onRecord);
  }

  /** By tier, as they stand now. */
  get tiers(): readonly TierStats[] {
    for (const [tier, stats] of this.stats.entries()) stats.itlPs = this.gaps.histogram(tier);
    return this.stats;
  }

  sent(attempt: Attempt): void {
    this.attemptsSeen++;
    if (attempt.number === 1) this.requestsSeen++;
    if (attempt.isCounted === true) this.shedEpisodes.sent(attempt.tierAsked, attempt.sentUs);
  }

  /** What depends on the order of things is noted at once; all else is booked with others later. */
  ended(attempt: Attempt): void {
    const { outcome } = attempt;
    const { fingerprint } = this;
    const number = outcome === 'completed' ? COMPLETED : OUTCOMES.indexOf(outcome);
    fingerprint.timeUs = attempt.endUs;
    fingerprint.foldEvent(number, attempt.emittedTokens);
    fingerprint.timeUs = attempt.firstTokenUs + 1;
    fingerprint.foldEvent(attempt.number, attempt.request);
    if (outcome === 'shed' && attempt.isCounted) this.shedEpisodes.shed(attempt.tierAsked, attempt.endUs);
    this.over.push(attempt);
    if (this.over.length < BOOKED_AT_ONCE) return;
    this.bringUpToDate();
    this.booked = 0;
    while (this.over.length > 0) this.recycle(this.over.pop()!);
  }

  /** Books all that have ended by now, in the order in which they did. */
  bringUpToDate(): void {
    const { over } = this;
    for (let i = this.booked; i < over.length; i++) this.book(over[i]!);
    this.booked = over.length;
  }

  /** The one place where an attempt and its outcome are booked. */
  private book(attempt: Attempt): void {
    const { outcome, sentUs } = attempt;
    const series = this.series[attempt.tierAsked]!;
    const isSeen = sawFirstToken(attempt);
    this.ledger.bill(attempt, outcome, seenTokens(attempt, outcome, isSeen));
    const bucket = series.bucketOf(sentUs);
    series.addSent(bucket);
    if (outcome === 'shed') series.addShed(bucket);
    if (isSeen) series.addTtft(bucket, attempt.firstTokenAfterUs);
    if (attempt.isCounted === true) {
      this.countSent(attempt);
      this.count(attempt, isSeen);
      if (attempt.willRetry === false) this.closeRequest(attempt, outcome);
    }
    if (this.detail !== null || this.writer !== null) this.passOn(attempt, isSeen);
  }

  private passOn(attempt: Attempt, isSeen: boolean): void {
    const { billedPico } = this.ledger;
    const { endUs, outcome, cause, status, willRetry, pool } = attempt;
    if (this.detail !== null) {
      const isGood = outcome === 'completed' && this.meetsLimits(attempt);
      this.detail.ended(attempt, { endUs, outcome, cause, pool, sawFirstToken: isSeen, isGood });
    }
    if (this.writer !== null) {
      const wasted = wastedTokens(attempt, outcome) + attempt.lostTokens;
      this.writer.write(attempt, { endUs, outcome, cause, status, willRetry, pool, billedPico, wasted });
    }
  }

  private countSent(attempt: Attempt): void {
    const account = this.accountOf(attempt);
    if (account !== null) account.attempts++;
    if (attempt.number > 1) return;
    const stats = this.stats[attempt.tierFirst]!;
    stats.requests++;
    if (this.slos[attempt.class] !== null) stats.requestsWithSlo++;
    if (account !== null) account.requests++;
  }

  /** Work was thrown out of a node of this pool; what is computed anew is laid at the door of whoever caused it. */
  evicted(victim: Attempt, causer: Attempt, nowUs: number, pool: number, lostTokens: number): void {
    if (causer.isCounted) this.stats[causer.tierAsked]!.recomputedTokens += lostTokens;
    if (victim.isCounted) this.stats[victim.tierAsked]!.evictions++;
    this.countSeat(victim, nowUs, pool, lostTokens);
  }

  /** Work left a node of this pool that drains, before its first token. */
  moved(attempt: Attempt, nowUs: number, pool: number, lostTokens: number): void {
    if (attempt.isCounted) this.stats[attempt.tierAsked]!.recomputedTokens += lostTokens;
    this.countSeat(attempt, nowUs, pool, lostTokens);
  }

  /** What an attempt that goes on elsewhere has had of a node of this pool. */
  private countSeat(victim: Attempt, nowUs: number, pool: number, lostTokens: number): void {
    if (!victim.isCounted || victim.scheduledUs < 0) return;
    const stats = this.stats[victim.tierAsked]!;
    stats.seatUs[pool]! += nowUs - victim.scheduledUs;
    const energy = this.energies[pool]![victim.class]!;
    energy.addOwnNj(stats.ownNj, pool, lostTokens - victim.emittedTokens, 0, victim.emittedTokens);
  }

  /** The run ended while a client waited to retry: its last attempt was the one before. */
  closedDuringBackoff(attempt: Attempt): void {
    if (attempt.isCounted) this.closeRequest(attempt, attempt.previousOutcome);
  }

  /** A turn of a conversation, or a chain of an agent's calls, is answered. */
  chainEnded(tierAsked: number, durationUs: number): void {
    this.stats[tierAsked]!.chainE2eUs.add(durationUs);
  }

  private count(attempt: Attempt, isSeen: boolean): void {
    const { outcome, cause } = attempt;
    const asked = this.stats[attempt.tierAsked]!;
    asked.attempts++;
    if (attempt.number > 1) asked.retries++;
    asked.outcomes[outcome]++;
    if (cause !== 'none') asked.causes.set(cause, (asked.causes.get(cause) ?? 0) + 1);
    asked.preemptions += attempt.preemptions;
    asked.billedPico.add(this.ledger.billedPico);
    if (outcome === 'rateLimited') {
      const account = this.accountOf(attempt);
      if (account !== null) account.rateLimited++;
    }
    if (attempt.node >= 0) this.countWork(asked, attempt, isSeen);
  }

  private countWork(asked: TierStats, attempt: Attempt, isSeen: boolean): void {
    const isDowngraded = attempt.tierServed !== attempt.tierAsked;
    const served = isDowngraded ? this.stats[attempt.tierServed]! : asked;
    served.servedAttempts++;
    if (isDowngraded) asked.downgraded++;
    const wasted = attempt.outcome === 'completed' ? 0 : wastedTokens(attempt, attempt.outcome);
    asked.wastedTokens += wasted + attempt.lostTokens;
    asked.outputTokens += attempt.emittedTokens - wasted;
    served.servedOutputTokens += attempt.emittedTokens - wasted;
    if (attempt.firstScheduledAfterUs < 0) return;
    asked.inputTokens += attempt.promptTokens;
    asked.cachedTokens += attempt.cachedTokens;
    asked.queueUs.add(attempt.firstScheduledAfterUs);
    // Thrown out, and waiting for another node: what it held is counted already.
    if (attempt.scheduledAfterUs < 0) return;
    const { pool, promptTokens, cachedTokens, emittedTokens } = attempt;
    asked.seatUs[pool]! += attempt.endAfterUs - attempt.scheduledAfterUs;
    const energy = this.energies[pool]![attempt.class]!;
    energy.addOwnNj(asked.ownNj, pool, promptTokens, cachedTokens, emittedTokens);
    this.countLatency(asked, attempt, isSeen);
  }

  private countLatency(asked: TierStats, attempt: Attempt, isSeen: boolean): void {
    const { firstTokenAfterUs: ttftUs, lastTokenAfterUs: e2eUs } = attempt;
    if (isSeen) {
      if (attempt.number === 1) {
        asked.ttft.addFirst(ttftUs);
        if (this.ttftThresholdsUs.length > 0) this.countWithin(asked, ttftUs);
      } else {
        this.countLaterTtft(asked, attempt);
      }
    }
    if (attempt.outcome !== 'completed') return;
    asked.e2eUs.add(e2eUs);
    if (attempt.emittedTokens > 1) asked.tpotUs.add(Math.round((e2eUs - ttftUs) / (attempt.emittedTokens - 1)));
  }

  /** Of an attempt after the request's first, which may be another that it has shown a token. */
  private countLaterTtft(asked: TierStats, attempt: Attempt): void {
    const { firstTokenAfterUs, requestAgeUs } = attempt;
    asked.ttft.addLater(firstTokenAfterUs);
    if (attempt.sawFirstToken) return;
    const first = this.stats[attempt.tierFirst]!;
    first.ttft.addRequest(requestAgeUs + firstTokenAfterUs);
    this.countWithin(first, requestAgeUs + firstTokenAfterUs);
  }

  private countWithin(first: TierStats, ttftUs: number): void {
    for (let i = 0; i < this.ttftThresholdsUs.length; i++) {
      if (ttftUs <= this.ttftThresholdsUs[i]!) first.withinTtft[i]!++;
    }
  }

  private closeRequest(attempt: Attempt, outcome: Outcome): void {
    const stats = this.stats[attempt.tierFirst]!;
    if (outcome === 'shed') stats.requestsShed++;
    if (outcome !== 'completed') return;
    stats.requestsCompleted++;
    if (this.slos[attempt.class] !== null && this.meetsLimits(attempt)) stats.requestsMeetingSlo++;
  }

  /** As the user sees it: from the request's first sending, every bound inclusive. A class without an `slo` has no limits. */
  private meetsLimits(attempt: Attempt): boolean {
    const slo = this.slos[attempt.class]!;
    if (slo === null) return true;
    if (attempt.sawFirstToken) return false;
    const { requestAgeUs, firstTokenAfterUs: ttftUs, lastTokenAfterUs: e2eUs, emittedTokens } = attempt;
    if (slo.ttftUs !== null && requestAgeUs + ttftUs > slo.ttftUs) return false;
    if (slo.e2eUs !== null && requestAgeUs + e2eUs > slo.e2eUs) return false;
    return slo.tpotUs === null || emittedTokens <= 1 || e2eUs - ttftUs <= slo.tpotUs * (emittedTokens - 1);
  }

  private accountOf(attempt: Attempt): AccountBook | null {
    const account = this.accountOfClass[attempt.class]!;
    return account < 0 ? null : this.accounts[account]!;
  }
}

/**
 * So many ended attempts at a time: the code and the data of the books are then in the processor's caches for all but the
 * first of them.
 */
const BOOKED_AT_ONCE = 64;

const COMPLETED = OUTCOMES.indexOf('completed');

/** A token of the very microsecond in which the client left came after it had gone: leaving ranks before steps. */
function sawFirstToken({ firstTokenAfterUs, leftAfterUs }: Attempt): boolean {
  return firstTokenAfterUs >= 0 && (leftAfterUs < 0 || firstTokenAfterUs < leftAfterUs);
}

/** What its client saw of the answer; 0: not even a first token. */
function seenTokens(attempt: Attempt, outcome: Outcome, isSeen: boolean): number {
  if (!isSeen) return outcome === 'completed' ? attempt.emittedTokens : 0;
  return outcome === 'abandoned' ? attempt.emittedWhenLeft : attempt.emittedTokens;
}

/** Tokens nobody got: all after the client left; all of an attempt that broke or was thrown out. */
function wastedTokens(attempt: Attempt, outcome: Outcome): number {
  if (outcome === 'abandoned') return attempt.emittedTokens - attempt.emittedWhenLeft;
  return outcome === 'failed' || outcome === 'evicted' || outcome === 'expired' ? attempt.emittedTokens : 0;
}
