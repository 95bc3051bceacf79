import type { Summary, TierSummary } from '../sim/summary.js';
import { type FigureUnit, TOTAL } from './findings.js';

/** A figure of a tier or of the total that comparisons and sweeps speak of. */
export interface Figure {
  /** As targets write it, or with PerDay for what grows with the length of the run. */
  readonly name: string;
  readonly unit: FigureUnit;
  readonly better: 'lower' | 'higher';
  readonly read: (tier: TierSummary, windowSeconds: number) => number | null;
}

export const FIGURES: readonly Figure[] = [
  ofOffered('offeredTtft.p50', (tier) => tier.offeredTtftMs.p50),
  ofOffered('offeredTtft.p95', (tier) => tier.offeredTtftMs.p95),
  ofOffered('offeredTtft.p99', (tier) => tier.offeredTtftMs.p99),
  share('firstTokenShare', 'higher', (tier) => (tier.requests === 0 ? null : tier.requestTtftMs.n / tier.requests)),
  // Of the attempts that got so far.
  latency('ttft.p50', (tier) => tier.ttftMs.p50),
  latency('ttft.p95', (tier) => tier.ttftMs.p95),
  latency('ttft.p99', (tier) => tier.ttftMs.p99),
  latency('tpot.p50', (tier) => tier.tpotMs.p50),
  latency('e2e.p95', (tier) => tier.e2eMs.p95),
  share('shedRate', 'lower', (tier) => tier.shedRate),
  share('expiredRate', 'lower', (tier) => tier.expiredRate),
  share('rateLimitedRate', 'lower', (tier) => tier.rateLimitedRate),
  share('downgradeRate', 'lower', (tier) => tier.downgradeRate),
  share('successRate', 'higher', (tier) => tier.successRate),
  share('availability', 'higher', (tier) => tier.availability),
  share('attainment', 'higher', (tier) => tier.attainment),
  {
    name: 'outputTokPerSec',
    unit: 'tokensPerSecond',
    better: 'higher',
    read: (tier) => tier.outputTokPerSec,
  },
  perDay('billedPerDay', 'currencyPerDay', 'higher', (tier) => money(tier.billed)),
  perDay('costPerDay', 'currencyPerDay', 'lower', (tier) => money(tier.cost)),
  perDay('marginPerDay', 'currencyPerDay', 'higher', (tier) => money(tier.margin)),
  perDay('energyKWhPerDay', 'kWhPerDay', 'lower', (tier) => tier.energyKWh),
  { name: 'usdPerMTok', unit: 'currencyPerMillionTokens', better: 'lower', read: (tier) => tier.usdPerMTok },
];

/** null: the tier is not there, or the figure has no value; infinite: so many requests of the tier never got a first token. */
export function readFigure(summary: Summary, scope: string, figure: Figure): number | null {
  const tier = scope === TOTAL ? summary.total : summary.tiers[scope];
  const { fromSeconds, toSeconds } = summary.run.window;
  return tier === undefined || tier.attempts === 0 ? null : figure.read(tier, toSeconds - fromSeconds);
}

function latency(name: string, read: (tier: TierSummary) => number | null): Figure {
  return { name, unit: 'ms', better: 'lower', read };
}

/** Where a run has no such percentile, its mean over runs has none either: the other runs would be the lucky ones. */
function ofOffered(name: string, read: (tier: TierSummary) => number | null): Figure {
  return latency(name, (tier) => read(tier) ?? (tier.requests === 0 ? null : Number.POSITIVE_INFINITY));
}

function share(name: string, better: Figure['better'], read: (tier: TierSummary) => number | null): Figure {
  return { name, unit: 'share', better, read };
}

function perDay(
  name: string,
  unit: FigureUnit,
  better: Figure['better'],
  read: (tier: TierSummary) => number | null,
): Figure {
  return {
    name,
    unit,
    better,
    read(tier, windowSeconds) {
      const value = read(tier);
      return value === null || windowSeconds <= 0 ? null : (value * 86_400) / windowSeconds;
    },
  };
}

function money(decimal: string | null): number | null {
  return decimal === null ? null : Number(decimal);
}
