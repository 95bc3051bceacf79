import { NODE_STATES } from '../models/node-state.js';
import type { Pool as PoolSpec, Scenario } from '../models/scenario.js';
import { availability, countedCauses } from '../models/sla.js';
import { formatPico } from '../models/units.js';
import type { Books } from './books.js';
import { HISTOGRAM_RELATIVE_ERROR } from './core/buckets.js';
import type { Histogram } from './core/histogram.js';
import type { Samples } from './core/samples.js';
import type { PoolFigures } from './fleet/pool-figures.js';
import { energyCostPico } from './ledger/energy-cost.js';
import { inProfileCurrency } from './ledger/exchange.js';
import { type FleetCost, fleetCost } from './ledger/fleet-cost.js';
import { type FleetEnergy, fleetEnergy } from './ledger/fleet-energy.js';
import type { InvoiceLine } from './ledger/ledger.js';
import { energySummary, kWh, perToken, powerSeries } from './summarise-energy.js';
import type {
  AccountSummary,
  Distribution,
  EnergySummary,
  InvoiceSummary,
  OfferedQuantiles,
  PoolSummary,
  Series,
  SlaSummary,
  TierSummary,
} from './summary.js';
import { TierStats } from './tier-stats.js';

/** All that a finished (or interrupted) world hands over. */
export interface Tally {
  readonly scenario: Scenario;
  readonly books: Books;
  readonly pools: readonly PoolFigures[];
  /** Length of the counted window and end of the covered time. */
  readonly windowUs: number;
  readonly endUs: number;
}

export interface Breakdown {
  readonly tiers: Record<string, TierSummary>;
  readonly total: TierSummary;
  readonly totalStats: TierStats;
  readonly pools: Record<string, PoolSummary>;
  readonly accounts: Record<string, AccountSummary>;
  readonly invoice: readonly InvoiceSummary[];
  readonly energy: EnergySummary;
  readonly sla: SlaSummary;
  readonly series: Series;
  readonly costCurrency: 'USD' | 'CHF' | null;
}

export function breakDown(tally: Tally): Breakdown {
  const { scenario, books } = tally;
  const totalStats = new TierStats(scenario.pools.length, books.ttftThresholdsUs.length);
  for (const tier of books.tiers) totalStats.merge(tier);
  const invoice = books.ledger.invoice();
  const energy = fleetEnergy(scenario.pools, tally.pools, books.tiers);
  const cost = costOf(tally, energy);
  // Before the tiers: what it looks for, it has them look for together with their own.
  const total = tierSummary(tally, totalStats, {
    cost,
    costPico: cost.total,
    nj: energy.totalNj,
    servedPico: amountOf(invoice, () => true),
  });
  const tiers: Record<string, TierSummary> = {};
  for (const [index, tier] of scenario.provider.tiers.entries()) {
    tiers[tier.name] = tierSummary(tally, books.tiers[index]!, {
      cost,
      costPico: cost.byTier?.[index] ?? null,
      nj: energy.byTier[index]!,
      servedPico: amountOf(invoice, (line) => line.tier === tier.name),
    });
  }
  return {
    tiers,
    total,
    totalStats,
    pools: Object.fromEntries(
      scenario.pools.map((pool, i) => [
        pool.name,
        poolSummary(pool, tally, i, cost.byPool[i]!, energy.byPool[i]!.totalNj),
      ]),
    ),
    accounts: accountSummaries(tally, invoice),
    invoice: invoice.map(invoiceSummary),
    series: seriesOf(tally),
    costCurrency: cost.currency,
    energy: energySummary(scenario, energy, tally.pools),
    sla: { ...scenario.provider.sla, countedCauses: countedCauses(scenario.provider) },
  };
}

function costOf({ scenario, books, pools }: Tally, energy: FleetEnergy): FleetCost {
  const { energy: tariff, provider, fx } = scenario;
  return fleetCost({
    pools: scenario.pools,
    figures: pools,
    tiers: books.tiers,
    profileCurrency: provider.currency,
    rates: fx,
    energy: tariff.isExtra
      ? { byPool: energy.byPool.map((part) => energyCostPico(tariff, part)), currency: tariff.currency }
      : null,
  });
}

/** What is summed elsewhere for a tier, or for all of them: its part of cost and energy, and what was billed as it. */
interface Sums {
  readonly cost: FleetCost;
  readonly costPico: bigint | null;
  readonly nj: bigint;
  readonly servedPico: bigint;
}

function tierSummary(tally: Tally, stats: TierStats, { cost, costPico, nj, servedPico }: Sums): TierSummary {
  const { attempts, requests, outcomes } = stats;
  const billedPico = stats.billedPico.toBigInt();
  const { provider, fx } = tally.scenario;
  const comparable =
    costPico === null || cost.currency === null
      ? null
      : inProfileCurrency(costPico, cost.currency, provider.currency, fx);
  const perMillion = (tokens: number): number | null =>
    costPico === null || tokens === 0 ? null : Number(costPico) / 1e12 / (tokens / 1e6);
  const { offered, admitted } = availability(
    { attempts, rateLimited: outcomes.rateLimited, shed: outcomes.shed, causes: stats.causes },
    countedCauses(provider),
  );
  const requestTtftUs = stats.ttft.ofRequests;
  return {
    requests,
    attempts,
    retries: stats.retries,
    amplification: ratio(attempts, requests),
    outcomes: { ...outcomes },
    causes: Object.fromEntries([...stats.causes].sort(([a], [b]) => (a < b ? -1 : 1))),
    shedRate: ratio(outcomes.shed, attempts),
    requestShedRate: ratio(stats.requestsShed, requests),
    rateLimitedRate: ratio(outcomes.rateLimited, attempts),
    expiredRate: ratio(outcomes.expired, attempts),
    evictedRate: ratio(outcomes.evicted, attempts),
    downgradeRate: ratio(stats.downgraded, attempts),
    successRate: ratio(stats.requestsCompleted, requests),
    availability: offered,
    availabilityAdmitted: admitted,
    ttftMs: distributionMs(stats.ttft.ofAttempts),
    requestTtftMs: distributionMs(requestTtftUs),
    offeredTtftMs: ofOfferedMs(requestTtftUs, requests),
    tpotMs: distributionMs(stats.tpotUs),
    itlMs: histogramMs(stats.itlPs),
    e2eMs: distributionMs(stats.e2eUs),
    queueMs: distributionMs(stats.queueUs),
    chainE2eMs: distributionMs(stats.chainE2eUs),
    inputTokens: stats.inputTokens,
    cachedTokens: stats.cachedTokens,
    outputTokens: stats.outputTokens,
    wastedTokens: stats.wastedTokens,
    preemptions: stats.preemptions,
    evictions: stats.evictions,
    recomputedTokens: stats.recomputedTokens,
    outputTokPerSec: tally.windowUs > 0 ? stats.outputTokens / (tally.windowUs / 1e6) : 0,
    attainment: ratio(stats.requestsMeetingSlo, stats.requestsWithSlo),
    billed: formatPico(billedPico),
    cost: costPico === null ? null : formatPico(costPico),
    margin: comparable === null ? null : formatPico(billedPico - comparable),
    usdPerMTok: perMillion(stats.inputTokens + stats.outputTokens),
    usdPerMOutTok: perMillion(stats.outputTokens),
    energyKWh: kWh(nj),
    joulesPerOutputToken: perToken(nj, stats.outputTokens),
    served: {
      attempts: stats.servedAttempts,
      outputTokens: stats.servedOutputTokens,
      billed: formatPico(servedPico),
    },
  };
}

function poolSummary(spec: PoolSpec, tally: Tally, index: number, costPico: bigint | null, nj: bigint): PoolSummary {
  const figures = tally.pools[index]!;
  // Requests may wait at a node that is down; none are at nodes that start, stand warm or are off.
  const nodeUs = figures.upNodeUs + figures.nodeUs.down;
  const perNode = (integral: number): number => (nodeUs > 0 ? integral / nodeUs : 0);
  return {
    model: spec.models.join(', '),
    hardware: spec.gpusPerNode > 1 ? `${spec.gpusPerNode} x ${spec.hardware}` : spec.hardware,
    nodes: spec.nodes,
    nodeHours: figures.paidNodeUs / 3.6e9,
    nodeHoursByState: nodeHours(figures.nodeUs),
    busyNodeHours: figures.busyUs / 3.6e9,
    idleNodeHours: (figures.paidNodeUs - figures.busyUs) / 3.6e9,
    availability: ratio(figures.upNodeUs, nodeUs),
    attempts: figures.attempts,
    inputTokens: figures.inputTokens,
    outputTokens: figures.outputTokens,
    steps: figures.steps,
    preemptions: figures.preemptions,
    prefixHitShare: spec.engine.prefixCaching ? ratio(figures.cachedTokens, figures.inputTokens) : null,
    meanRunning: perNode(figures.runningUs),
    meanWaiting: perNode(figures.waitingUs),
    meanKvUse: figures.kvUse,
    busyShare: perNode(figures.busyUs),
    cost: costPico === null ? null : formatPico(costPico),
    energyKWh: kWh(nj),
    meanWatts: tally.windowUs > 0 ? Number(nj) / tally.windowUs / 1000 : null,
    joulesPerOutputToken: perToken(nj, figures.outputTokens),
    stepTimeSource: spec.stepTimeSource,
    powerSource: spec.power.source,
  };
}

function nodeHours(nodeUs: PoolFigures['nodeUs']): PoolSummary['nodeHoursByState'] {
  const hours = NODE_STATES.map((state) => [state, nodeUs[state] / 3.6e9]);
  return Object.fromEntries(hours) as PoolSummary['nodeHoursByState'];
}

function accountSummaries({ scenario, books }: Tally, invoice: readonly InvoiceLine[]): Record<string, AccountSummary> {
  return Object.fromEntries(
    scenario.accounts.map(({ name }, i) => {
      const { requests, attempts, rateLimited } = books.accounts[i]!;
      const billed = amountOf(invoice, (line) => line.account === name);
      return [name, { requests, attempts, rateLimited, billed: formatPico(billed) }];
    }),
  );
}

function amountOf(invoice: readonly InvoiceLine[], isMeant: (line: InvoiceLine) => boolean): bigint {
  return invoice.reduce((sum, line) => (isMeant(line) ? sum + line.amountPico : sum), 0n);
}

function invoiceSummary(line: InvoiceLine): InvoiceSummary {
  return {
    account: line.account,
    tier: line.tier,
    model: line.model,
    attempts: line.attempts,
    uncachedTokens: line.uncached,
    cachedTokens: line.cached,
    outputTokens: line.output,
    imageTokens: line.image,
    fees: formatPico(line.feesPico),
    amount: formatPico(line.amountPico),
  };
}

function seriesOf({ scenario, books, pools, endUs }: Tally): Series {
  const buckets = Math.min(books.bucketCount, Math.max(1, Math.ceil(endUs / books.bucketUs)));
  const power = powerSeries(scenario, pools, books.bucketUs, endUs);
  const places = Array.from({ length: buckets }, (_, i) => i);
  const tiers: Record<string, Series['tiers'][string]> = {};
  for (const [index, tier] of scenario.provider.tiers.entries()) {
    const series = books.series[index]!;
    tiers[tier.name] = {
      sent: places.map((i) => series.sent[i]!),
      shed: places.map((i) => series.shed[i]!),
      ttftMeanMs: places.map((i) => series.ttftMeanMs(i)),
    };
  }
  return {
    bucketSeconds: books.bucketUs / 1e6,
    atSeconds: places.map((i) => (i * books.bucketUs) / 1e6),
    tiers,
    pools: Object.fromEntries(
      scenario.pools.map(({ name }, i) => {
        const { running, waiting, kvUse, engines } = pools[i]!.series;
        const models = Object.fromEntries(engines.map(({ model, ...ofModel }) => [model, ofModel]));
        const watts = power.pools[i]!;
        return [name, { running, waiting, kvUse, watts, ...(engines.length === 0 ? {} : { models }) }];
      }),
    ),
    hardware: power.hardware,
  };
}

export function distributionMs(samples: Samples): Distribution {
  return distribution(samples, samples.n, 1_000, samples.relativeError);
}

/** As if those of the offered that gave no sample stood behind all others. */
function ofOfferedMs(samples: Samples, offered: number): OfferedQuantiles {
  const shares = [0.5, 0.9, 0.95, 0.99].map((share) =>
    samples.n === offered ? share : (share * (offered - 1)) / (samples.n - 1),
  );
  // All at once, which costs little more than one.
  const values = samples.quantiles(shares.map((share) => Math.min(1, share)));
  const [p50, p90, p95, p99] = values.map((value, i) => (value === null || shares[i]! > 1 ? null : value / 1_000)) as [
    Ms,
    Ms,
    Ms,
    Ms,
  ];
  return { p50, p90, p95, p99 };
}

function histogramMs(histogram: Histogram): Distribution {
  return distribution(histogram, histogram.count, 1e9, HISTOGRAM_RELATIVE_ERROR);
}

interface Quantiles {
  readonly mean: number | null;
  readonly max: number | null;
  quantiles(shares: readonly number[]): (number | null)[];
}

type Ms = number | null;

function distribution(source: Quantiles, n: number, unitsPerMs: number, relativeError: number): Distribution {
  const ms = (value: number | null): Ms => (value === null ? null : value / unitsPerMs);
  const [p50, p90, p95, p99] = source.quantiles([0.5, 0.9, 0.95, 0.99]).map(ms) as [Ms, Ms, Ms, Ms];
  return {
    mean: ms(source.mean),
    p50,
    p90,
    p95,
    p99,
    max: ms(source.max),
    n,
    relativeError: n === 0 ? 0 : relativeError,
  };
}

export function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
