import type { Summary, TierSummary } from '../sim/summary.js';
import { formatMs, formatNumber, formatShare } from './format.js';
import { printable } from './text-width.js';
import { actualText } from './verdicts.js';

export interface Answer {
  /** null: the scenario sets no target. */
  readonly isMet: boolean | null;
  /** One or a few sentences. */
  readonly sentences: readonly string[];
}

/** The scenario's question answered in words, from its targets and from how its tiers differ. */
export function answer(summary: Summary): Answer {
  const { targets } = summary;
  const isMet = targets.length === 0 ? null : targets.every(({ passed }) => passed);
  const sentences = [verdict(summary), waiting(summary), losses(summary)].filter((sentence) => sentence !== null);
  return { isMet, sentences };
}

function verdict({ targets }: Summary): string | null {
  if (targets.length === 0) return null;
  const missed = targets.filter(({ passed }) => !passed);
  if (missed.length === 0)
    return targets.length === 1 ? 'The target is met.' : `All ${targets.length} targets are met.`;
  const worst = missed.map((target) => {
    const text = printable(target.target);
    return target.error === null ? `${text} (it is ${actualText(target)})` : `${text} (not judged)`;
  });
  const listed = worst.length > 3 ? [...worst.slice(0, 3), `${worst.length - 3} more`] : worst;
  return `${missed.length} of ${targets.length} ${targets.length === 1 ? 'target is' : 'targets are'} missed: ${listed.join(', ')}.`;
}

interface Named {
  readonly name: string;
  readonly tier: TierSummary;
}

function askedTiers({ tiers }: Summary): Named[] {
  return Object.entries(tiers).flatMap(([key, tier]) => (tier.attempts > 0 ? [{ name: printable(key), tier }] : []));
}

/** A percentile of the few that got through says nothing about a tier that most did not. */
const MOST = 0.95;

/** The quickest tier against the slowest, at the tail that people feel; of tiers where nearly all got a first token. */
function waiting(summary: Summary): string | null {
  const known = askedTiers(summary).flatMap(({ name, tier: { ttftMs, attempts } }) =>
    ttftMs.p95 === null ? [] : [{ name, p95: ttftMs.p95, isOfMost: ttftMs.n >= MOST * attempts }],
  );
  if (known.length === 0) return 'Nobody got a first token.';
  const told = known.filter(({ isOfMost }) => isOfMost);
  const [first] = told;
  if (first === undefined) return null;
  if (told.length === 1) {
    return known.length === 1
      ? `95 % of first tokens come within ${formatMs(first.p95)}.`
      : `95 % of ${first.name}'s first tokens come within ${formatMs(first.p95)}; of the other tiers many never get one.`;
  }
  const fastest = told.reduce((best, one) => (one.p95 < best.p95 ? one : best));
  const slowest = told.reduce((worst, one) => (one.p95 > worst.p95 ? one : worst));
  if (slowest.p95 < 1.1 * fastest.p95) {
    return `Tiers wait alike: 95 % of first tokens come within ${formatMs(fastest.p95)} to ${formatMs(slowest.p95)}.`;
  }
  const times = formatNumber(slowest.p95 / fastest.p95);
  return `95 % of ${fastest.name}'s first tokens come within ${formatMs(fastest.p95)}, of ${slowest.name}'s within ${formatMs(slowest.p95)}: ${times} times as long.`;
}

/** Who loses requests, and who does not. */
function losses(summary: Summary): string | null {
  const asked = askedTiers(summary).filter(({ tier }) => tier.requests > 0);
  const served = asked.map(({ name, tier }) => ({ name, share: tier.successRate ?? 0 }));
  if (served.length === 0) return null;
  const parts = served.map(({ name, share }) => `${formatShare(share)} of ${name}`);
  if (served.every(({ share }) => share === 1)) return 'Every request completed.';
  const list = parts.length === 1 ? parts[0] : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
  return `Completed: ${list}.`;
}
