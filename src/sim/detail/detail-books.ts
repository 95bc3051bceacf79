import type { Cause, Outcome } from '../../models/outcome.js';
import { byClass } from '../../models/per-model.js';
import type { Pool, Scenario } from '../../models/scenario.js';
import { StepTime } from '../../models/step-time.js';
import type { Attempt } from '../attempt.js';
import type { Samples } from '../core/samples.js';
import type { Delays } from '../delays.js';
import type { Detail, SampledAttempt, SampledRequest, TierDetail } from '../summary-detail.js';
import { BlameBook, Part } from './blame-book.js';
import { LatencyOverTime } from './latency-over-time.js';
import { LOG_BUCKET_ERROR } from './log-bucket.js';
import { OutcomesOverTime } from './outcomes-over-time.js';
import { type KeptAttempt, type KeptRequest, RequestSample } from './request-sample.js';
import { ttftCurve } from './ttft-curve.js';

/** How an attempt ended, as the books know it. */
export interface Ending {
  readonly endUs: number;
  readonly outcome: Outcome;
  readonly cause: Cause;
  /** -1: reached none. */
  readonly pool: number;
  readonly sawFirstToken: boolean;
  /** It completed within every limit of its class. */
  readonly isGood: boolean;
}

const TRIES_KEPT = 8;

/** What charts are made of, collected in constant memory, in runs that were asked for it. */
export class DetailBooks {
  private readonly tiers: readonly TierCollector[];
  /** Of a prompt less its cached part on an idle node, by pool and class. */
  private readonly prefills: readonly (readonly PrefillAlone[])[];
  private readonly partsUs: Float64Array;

  constructor(
    private readonly scenario: Scenario,
    private readonly bucketUs: number,
    private readonly bucketCount: number,
    private readonly delays: Delays,
  ) {
    const { tiers } = scenario.provider;
    this.tiers = tiers.map((_, index) => new TierCollector(bucketCount, tiers.length, index));
    this.prefills = byClass(scenario, (pool) => new PrefillAlone(pool));
    this.partsUs = new Float64Array(Part.behind + tiers.length);
  }

  /** Once for each attempt, when it has ended. */
  ended(attempt: Attempt, ending: Ending): void {
    const { outcome, cause, sawFirstToken } = ending;
    const tier = this.tiers[attempt.tierAsked]!;
    const bucket = Math.min(this.bucketCount - 1, Math.floor(attempt.sentUs / this.bucketUs));
    tier.outcomes.add(bucket, outcome, cause);
    // What is about the whole request belongs to the tier it asked for first, however it escalated.
    const first = this.tiers[attempt.tierFirst]!;
    const firstBucket = Math.min(this.bucketCount - 1, Math.floor(attempt.requestSentUs / this.bucketUs));
    if (attempt.number === 1) first.requests[firstBucket]!++;
    if (ending.isGood) first.good[firstBucket]!++;
    if (sawFirstToken) tier.ttft.add(bucket, attempt.firstTokenUs - attempt.sentUs);
    if (!attempt.isCounted) return;
    tier.tries[Math.min(TRIES_KEPT, attempt.number) - 1]!++;
    if (attempt.node >= 0) tier.servedAs[attempt.tierServed]!++;
    const isFirstOfRequest = sawFirstToken && !attempt.sawFirstToken;
    const ttftUs = isFirstOfRequest ? attempt.firstTokenUs - attempt.requestSentUs : -1;
    first.sample.ended(attempt, ttftUs, () => this.kept(attempt, ending));
    this.blame(first, attempt, ending, isFirstOfRequest);
  }

  detail(buckets: number, command: string | null, ttftUs: readonly Samples[]): Detail {
    const { scenario } = this;
    const names = scenario.provider.tiers.map(({ name }) => name);
    return {
      scenario,
      command,
      tiers: Object.fromEntries(
        names.map((name, i) => [name, this.tiers[i]!.detail(names, buckets, ttftUs[i]!)] as const),
      ),
      pools: Object.fromEntries(
        scenario.pools.map(({ name }, i) => {
          return [name, { preemptions: [...this.delays.preemptionsOverTime(i).subarray(0, buckets)] }] as const;
        }),
      ),
      samples: names
        .flatMap((name, i) => this.tiers[i]!.sample.requests().map((kept) => this.sampled(name, kept)))
        .sort((a, b) => a.sentMs - b.sentMs || a.request - b.request),
    };
  }

  private blame(tier: TierCollector, attempt: Attempt, ending: Ending, isFirstOfRequest: boolean): void {
    const { partsUs } = this;
    if (!ending.sawFirstToken) {
      if (attempt.willRetry || attempt.sawFirstToken) return;
      // A client that leaves waits no longer, whatever its node still does.
      const endUs = attempt.leftUs >= 0 ? attempt.leftUs : ending.endUs;
      partsUs.fill(0);
      this.untilScheduled(attempt, endUs);
      const computedUs = attempt.scheduledUs < 0 ? 0 : Math.max(0, endUs - attempt.scheduledUs);
      partsUs[Part.prefill] = computedUs;
      tier.unanswered.add(endUs - attempt.requestSentUs, partsUs);
      return;
    }
    if (!isFirstOfRequest) return;
    partsUs.fill(0);
    this.untilScheduled(attempt, ending.endUs);
    this.untilFirstToken(attempt, ending.pool);
    tier.ttftBlame.add(attempt.firstTokenUs - attempt.requestSentUs, partsUs);
    if (ending.outcome !== 'completed') return;
    this.untilLastToken(attempt);
    tier.e2eBlame.add(attempt.lastTokenUs - attempt.requestSentUs, partsUs);
  }

  /** Earlier tries, gateway and node queue; up to `endUs` where it never got further. */
  private untilScheduled(attempt: Attempt, endUs: number): void {
    const { partsUs, delays } = this;
    partsUs[Part.retries] = attempt.sentUs - attempt.requestSentUs;
    if (attempt.node < 0) {
      partsUs[Part.gateway] = endUs - attempt.sentUs;
      return;
    }
    const atNodeUs = delays.atNodeUs(attempt);
    partsUs[Part.gateway] = atNodeUs - attempt.sentUs;
    const isScheduled = attempt.scheduledUs >= 0 && attempt.scheduledUs <= endUs;
    const queuedUs = (isScheduled ? attempt.scheduledUs : endUs) - atNodeUs;
    const behind = isScheduled ? this.shareBehind(attempt, queuedUs) : 0;
    partsUs[Part.queue] = queuedUs - behind;
  }

  /** Shares the wait out to the tiers let in meanwhile, by their prompt tokens; returns how much was shared. */
  private shareBehind(attempt: Attempt, queuedUs: number): number {
    const { partsUs, delays } = this;
    const tiers = this.tiers.length;
    let tokens = 0;
    for (let tier = 0; tier < tiers; tier++) tokens += delays.behind(attempt, tier);
    if (tokens === 0) return 0;
    for (let tier = 0; tier < tiers; tier++) {
      partsUs[Part.behind + tier] = (queuedUs * delays.behind(attempt, tier)) / tokens;
    }
    return queuedUs;
  }

  private untilFirstToken(attempt: Attempt, pool: number): void {
    const { partsUs } = this;
    const tookUs = attempt.firstTokenUs - attempt.scheduledUs;
    const preemptedUs = this.delays.preemptedBeforeFirstTokenUs(attempt);
    const aloneUs = this.prefills[pool]![attempt.class]!.us(attempt);
    const computedUs = tookUs - preemptedUs;
    partsUs[Part.preemption] = preemptedUs;
    partsUs[Part.prefill] = Math.min(aloneUs, computedUs);
    partsUs[Part.sharing] = computedUs - partsUs[Part.prefill]!;
  }

  private untilLastToken(attempt: Attempt): void {
    const { partsUs, delays } = this;
    const tookUs = attempt.lastTokenUs - attempt.firstTokenUs;
    const preemptedUs = delays.preemptedUs(attempt) - delays.preemptedBeforeFirstTokenUs(attempt);
    partsUs[Part.preemption]! += preemptedUs;
    const decodingUs = tookUs - preemptedUs;
    // Steps that ran while it was thrown out count too, so the node's sum may be more than what it felt.
    partsUs[Part.chunks] = Math.min(delays.chunksUs(attempt), decodingUs);
    partsUs[Part.decode] = decodingUs - partsUs[Part.chunks]!;
  }

  private kept(attempt: Attempt, { endUs, outcome, cause, pool }: Ending): KeptAttempt {
    return {
      number: attempt.number,
      tierServed: attempt.tierServed,
      outcome,
      cause,
      pool,
      node: attempt.node,
      sentUs: attempt.sentUs,
      atNodeUs: attempt.node < 0 ? -1 : this.delays.atNodeUs(attempt),
      scheduledUs: attempt.scheduledUs,
      firstTokenUs: attempt.firstTokenUs,
      endUs,
      outputTokens: attempt.emittedTokens,
      preemptions: attempt.preemptions,
    };
  }

  private sampled(tier: string, kept: KeptRequest): SampledRequest {
    const { traffic } = this.scenario;
    return {
      request: kept.request,
      tier,
      class: traffic[kept.class]!.name,
      why: kept.why,
      sentMs: kept.requestSentUs / 1000,
      promptTokens: kept.promptTokens,
      attempts: kept.attempts.map((attempt) => this.sampledAttempt(attempt)),
    };
  }

  private sampledAttempt(kept: KeptAttempt): SampledAttempt {
    const { pools, provider } = this.scenario;
    return {
      attempt: kept.number,
      servedAs: provider.tiers[kept.tierServed]!.name,
      outcome: kept.outcome,
      cause: kept.cause,
      pool: kept.pool < 0 ? null : pools[kept.pool]!.name,
      node: kept.node < 0 ? null : kept.node,
      sentMs: kept.sentUs / 1000,
      atNodeMs: orNullMs(kept.atNodeUs),
      scheduledMs: orNullMs(kept.scheduledUs),
      firstTokenMs: orNullMs(kept.firstTokenUs),
      endMs: kept.endUs / 1000,
      outputTokens: kept.outputTokens,
      preemptions: kept.preemptions,
    };
  }
}

/** The collectors of one tier. */
class TierCollector {
  readonly ttft: LatencyOverTime;
  readonly outcomes: OutcomesOverTime;
  readonly sample: RequestSample;
  readonly ttftBlame = new BlameBook();
  readonly e2eBlame = new BlameBook();
  readonly unanswered = new BlameBook();
  readonly servedAs: Float64Array;
  readonly tries = new Float64Array(TRIES_KEPT);
  readonly requests: Uint32Array;
  readonly good: Uint32Array;

  constructor(buckets: number, tiers: number, index: number) {
    this.ttft = new LatencyOverTime(buckets);
    this.outcomes = new OutcomesOverTime(buckets);
    this.sample = new RequestSample(index);
    this.servedAs = new Float64Array(tiers);
    this.requests = new Uint32Array(buckets);
    this.good = new Uint32Array(buckets);
  }

  detail(names: readonly string[], buckets: number, ttftUs: Samples): TierDetail {
    const places = Array.from({ length: buckets }, (_, i) => i);
    const over = (share: number): (number | null)[] => {
      return places.map((bucket) => {
        const us = this.ttft.quantileUs(bucket, share);
        return us === null ? null : us / 1000;
      });
    };
    const lastTry = this.tries.findLastIndex((count) => count > 0);
    return {
      ttftCurve: ttftCurve(
        ttftUs,
        this.tries.reduce((sum, n) => sum + n, 0),
      ),
      ttftOverTime: {
        p50: over(0.5),
        p95: over(0.95),
        p99: over(0.99),
        n: [...this.ttft.n.subarray(0, buckets)],
        relativeError: LOG_BUCKET_ERROR,
      },
      outcomesOverTime: this.outcomes.series(buckets),
      requestsOverTime: {
        sent: [...this.requests.subarray(0, buckets)],
        good: [...this.good.subarray(0, buckets)],
      },
      servedAs: Object.fromEntries(
        names.flatMap((name, i) => (this.servedAs[i]! > 0 ? [[name, this.servedAs[i]!]] : [])),
      ),
      attemptsByTry: [...this.tries.subarray(0, lastTry + 1)],
      blame: {
        ttft: this.ttftBlame.bands(names),
        e2e: this.e2eBlame.bands(names),
        unanswered: this.unanswered.whole(names),
      },
    };
  }
}

/** How long a prompt less its cached part takes on an idle node: full steps, one after the other. */
class PrefillAlone {
  private readonly stepTime: StepTime;
  private readonly most: number;

  constructor({ stepTime, engine: { maxNumBatchedTokens, longPrefillThreshold } }: Pool) {
    this.stepTime = new StepTime(stepTime, maxNumBatchedTokens);
    this.most = longPrefillThreshold > 0 ? Math.min(longPrefillThreshold, maxNumBatchedTokens) : maxNumBatchedTokens;
  }

  us(attempt: Attempt): number {
    let ps = 0;
    for (let at = attempt.cachedTokens; at < attempt.promptTokens; ) {
      const chunk = Math.min(this.most, attempt.promptTokens - at);
      ps += this.stepTime.stepPs(chunk, chunk * (2 * at + chunk), 0, 0, 1);
      at += chunk;
    }
    return Math.floor(ps / 1e6);
  }
}

function orNullMs(us: number): number | null {
  return us < 0 ? null : us / 1000;
}
