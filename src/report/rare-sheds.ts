import { formatCount } from '../models/units.js';
import type { RareEpisode, RareTier, Summary } from '../sim/summary.js';
import { formatDuration, formatNumber } from './format.js';
import { printable } from './text-width.js';

/** Few sheds prove little: how many spells of congestion they come from, and what a count of none is worth. */
export function rareShedNotes({ rareSheds }: Summary): string[] {
  if (rareSheds === undefined) return [];
  const { tiers, gapSeconds, meanPerSecond } = rareSheds;
  const all = Object.entries(tiers);
  return all.flatMap(([name, tier]) =>
    tier.shed === 0
      ? noneNotes(
          name,
          tier,
          all.filter(([, other]) => other.shed > 0),
        )
      : [someNote(name, tier, gapSeconds, meanPerSecond)],
  );
}

function someNote(name: string, tier: RareTier, gapSeconds: number, meanPerSecond: number): string {
  const { attempts, shed, interval, episodes } = tier;
  const lengths = episodes.map(({ fromSeconds, toSeconds }) => toSeconds - fromSeconds).sort((a, b) => a - b);
  const loads = episodes.map(({ perSecond }) => perSecond / meanPerSecond).sort((a, b) => a - b);
  const range = interval === null ? '' : `, 95 % ${percent(interval.low)} to ${percent(interval.high)} by episodes`;
  const few = episodes.length < EPISODES_FEW ? '; too few episodes for that interval to be trusted' : '';
  return [
    `${printable(name)}: ${formatCount(shed)} of ${formatCount(attempts)} attempts shed (${percent(shed / attempts)}${range})`,
    `in ${formatCount(episodes.length)} ${episodes.length === 1 ? 'episode' : 'episodes'} of sheds less than ${formatDuration(gapSeconds)} apart,`,
    `${formatDuration(middle(lengths))} long in the middle and ${formatDuration(lengths.at(-1) ?? 0)} at most;`,
    `at the first shed the load of the last minute was ${formatNumber(middle(loads))} times the mean${few}`,
  ].join(' ');
}

function noneNotes(name: string, tier: RareTier, others: readonly (readonly [string, RareTier])[]): string[] {
  const bound = `${printable(name)}: none of ${formatCount(tier.attempts)} attempts shed: at most ${percent(tier.upTo ?? 0)} by the rule of three, which takes sheds for independent`;
  return [bound, ...others.flatMap(([other, { episodes }]) => testedNote(name, other, episodes))];
}

/** What was tried while another tier was being shed says more than what was tried in quiet hours. */
function testedNote(name: string, other: string, episodes: readonly RareEpisode[]): string[] {
  const tested = episodes.filter(({ meanwhile }) => meanwhile[name] !== undefined);
  const attempts = tested.reduce((sum, { meanwhile }) => sum + (meanwhile[name]?.attempts ?? 0), 0);
  if (attempts === 0) return [`${printable(name)} was never tried while ${printable(other)} was being shed`];
  return [
    `${printable(name)}: ${formatCount(attempts)} of them came while ${printable(other)} was being shed, in ${formatCount(tested.length)} of ${formatCount(episodes.length)} episodes: there at most ${percent(Math.min(1, 3 / attempts))}, and in at most ${percent(Math.min(1, 3 / tested.length))} of such episodes`,
  ];
}

/** Fewer, and a resample rests on a handful of values. */
const EPISODES_FEW = 10;

const middle = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)] ?? 0;
const percent = (share: number): string => `${formatNumber(share * 100)} %`;
