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

/** The quickest tier against the slowest, at the tail that people feel. */
function waiting(summary: Summary): string | null {
  const known = askedTiers(summary).flatMap(({ name, tier }) =>
    tier.ttftMs.p95 === null ? [] : [{ name, p95: tier.ttftMs.p95 }],
  );
  const [first] = known;
  if (first === undefined) return 'Nobody got a first token.';
  if (known.length === 1) return `Of the attempts that got a first token, 95 % had it within ${formatMs(first.p95)}.`;
  const fastest = known.reduce((best, one) => (one.p95 < best.p95 ? one : best));
  const slowest = known.reduce((worst, one) => (one.p95 > worst.p95 ? one : worst));
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
