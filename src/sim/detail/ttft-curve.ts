import type { Samples } from '../core/samples.js';
import type { TierDetail } from '../summary-detail.js';

/** Points of a curve: dense at the slow end, where decisions are made. */
const POINTS = 160;

/** TTFT over all offered attempts: how many of them had a first token by then. */
export function ttftCurve(ttftUs: Samples, offered: number): TierDetail['ttftCurve'] {
  if (ttftUs.n === 0 || offered === 0) return { ms: [], share: [] };
  const ranks: number[] = [];
  const points = Math.min(POINTS, ttftUs.n);
  for (let point = 0; point < points; point++) {
    // Halfway between even steps of rank and steps that halve the rest.
    const even = points === 1 ? 1 : point / (points - 1);
    const rank = Math.round((1 - (1 - even) * (1 - even)) * (ttftUs.n - 1));
    if (rank !== ranks.at(-1)) ranks.push(rank);
  }
  const last = Math.max(1, ttftUs.n - 1);
  return {
    ms: ttftUs.quantiles(ranks.map((rank) => rank / last)).map((us) => us! / 1000),
    share: ranks.map((rank) => Math.round(((rank + 1) / offered) * 1e6) / 1e6),
  };
}
