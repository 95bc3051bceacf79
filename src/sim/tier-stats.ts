import { type Cause, OUTCOMES, type Outcome } from '../models/outcome.js';
import { Chunks } from './core/chunks.js';
import { ExactSum } from './core/exact-sum.js';
import { expectLarge } from './core/expect-large.js';
import { Histogram } from './core/histogram.js';
import { Samples } from './core/samples.js';
import { TtftSamples } from './ttft-samples.js';

/** What is counted for the attempts of one tier (or of all) while a run goes on. */
export class TierStats {
  requests = 0;
  /** Requests whose last attempt ended completed / shed. */
  requestsCompleted = 0;
  requestsShed = 0;
  attempts = 0;
  /** Attempts after a request's first. */
  retries = 0;
  readonly outcomes: Record<Outcome, number>;
  readonly causes = new Map<Cause, number>();
  downgraded = 0;

  readonly ttft: TtftSamples;
  readonly tpotUs: Samples;
  readonly e2eUs: Samples;
  readonly queueUs: Samples;
  /** Turns of conversations, from the sending of the first call to the last token of the last. */
  readonly chainE2eUs: Samples;
  /** Every gap between two tokens, in picoseconds; the books put it here when they are read. */
  itlPs = new Histogram();

  inputTokens = 0;
  cachedTokens = 0;
  outputTokens = 0;
  wastedTokens = 0;
  preemptions = 0;
  /** Times that work was thrown out for others. */
  evictions = 0;
  /** Tokens whose computation was lost because work of this tier threw others out. */
  recomputedTokens = 0;
  readonly billedPico = new ExactSum();

  /** Requests of classes that have an `slo`, and those that met it. */
  requestsWithSlo = 0;
  requestsMeetingSlo = 0;
  /** Requests whose first token came within each threshold that a target asks for. */
  readonly withinTtft: number[];

  /** By the tier served. */
  servedAttempts = 0;
  servedOutputTokens = 0;
  /** Seat time by pool, the key by which a pool's cost is shared out. */
  readonly seatUs: Float64Array;

  /** What the attempts' own tokens took, by pool: part of the key by which a pool's energy is shared out. */
  readonly ownNj: Float64Array;

  /** `exactSamples`: so many values of each distribution are kept as they are. */
  constructor(pools: number, ttftThresholds: number, exactSamples?: number, chunks = new Chunks()) {
    this.ttft = new TtftSamples(exactSamples, chunks);
    this.tpotUs = new Samples(exactSamples, chunks);
    this.e2eUs = new Samples(exactSamples, chunks);
    this.queueUs = new Samples(exactSamples, chunks);
    this.chainE2eUs = new Samples(exactSamples, chunks);
    this.outcomes = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
    this.withinTtft = new Array<number>(ttftThresholds).fill(0);
    this.seatUs = new Float64Array(pools);
    this.ownNj = new Float64Array(pools);
  }

  /** Adds everything of another tier; what `total` is made of. */
  merge(other: TierStats): void {
    this.requests += other.requests;
    this.requestsCompleted += other.requestsCompleted;
    this.requestsShed += other.requestsShed;
    this.attempts += other.attempts;
    this.retries += other.retries;
    for (const outcome of OUTCOMES) this.outcomes[outcome] += other.outcomes[outcome];
    for (const [cause, n] of other.causes) this.causes.set(cause, (this.causes.get(cause) ?? 0) + n);
    this.downgraded += other.downgraded;
    this.ttft.merge(other.ttft);
    this.tpotUs.merge(other.tpotUs);
    this.e2eUs.merge(other.e2eUs);
    this.queueUs.merge(other.queueUs);
    this.chainE2eUs.merge(other.chainE2eUs);
    this.itlPs.merge(other.itlPs);
    this.inputTokens += other.inputTokens;
    this.cachedTokens += other.cachedTokens;
    this.outputTokens += other.outputTokens;
    this.wastedTokens += other.wastedTokens;
    this.preemptions += other.preemptions;
    this.evictions += other.evictions;
    this.recomputedTokens += other.recomputedTokens;
    this.billedPico.addSum(other.billedPico);
    this.requestsWithSlo += other.requestsWithSlo;
    this.requestsMeetingSlo += other.requestsMeetingSlo;
    for (let i = 0; i < this.withinTtft.length; i++) this.withinTtft[i]! += other.withinTtft[i]!;
    this.servedAttempts += other.servedAttempts;
    this.servedOutputTokens += other.servedOutputTokens;
    for (let pool = 0; pool < this.seatUs.length; pool++) {
      this.seatUs[pool]! += other.seatUs[pool]!;
      this.ownNj[pool]! += other.ownNj[pool]!;
    }
  }
}

expectLarge(
  new TierStats(1, 0),
  'inputTokens',
  'cachedTokens',
  'outputTokens',
  'wastedTokens',
  'recomputedTokens',
  'servedOutputTokens',
);
