import { expect } from 'vitest';
import { BOX, ended, of, type Played, play, quantile } from '../play.js';
import { attemptsToRefute, bootstrapRate, episodesOf, ruleOfThree } from './episodes.js';
import { MODEL, provider } from './fireworks.js';

/** Published: the share of standard that was shed in two weeks. */
const SHED = 0.00082;
/** Requests a second in the mean of a day. Of all that there is to choose only this was fitted to the published share. */
const LOAD = 0.73;

const days = (count: number, load: number, change: string): Played =>
  play(`
seed: 2026
duration: ${count}d
provider: ${provider(change)}
${BOX}
fleet: [{name: main, model: ${MODEL}, hardware: box}]
traffic:
  - {name: apps, model: ${MODEL}, tier: {standard: 90%, priority: 10%}, arrivals: {daily: {mean: ${load}/s, peakToTrough: 3, peakAt: 15h, cv: 1.8}}, input: {lognormal: {mean: 400, p95: 1200}}, output: {lognormal: {mean: 200, p95: 600}}}
`);

/** Standard is shed about as often as published and priority never, also while standard is being shed. The former's rate. */
export function shedRates(count: number, change = ''): number {
  const { records } = days(count, LOAD, change);
  const [standard, priority] = [of(records, 'standard'), of(records, 'priority')];
  const shed = ended(standard, 'shed').sort((a, b) => a.sentUs - b.sentUs);
  const rate = shed.length / standard.length;
  const episodes = episodesOf(shed);
  const [low, high] = bootstrapRate(episodes, standard.length);
  const duringEpisodes = priority.filter(({ sentUs }) =>
    episodes.some((one) => one.fromUs <= sentUs && sentUs <= one.toUs),
  );
  const lengths = episodes.map(({ fromUs, toUs }) => (toUs - fromUs) / 1e6);
  const percent = (share: number) => `${(100 * share).toFixed(4)} %`;
  console.log(
    [
      `FW-11: ${count} days, ${standard.length} standard: ${shed.length} shed, ${percent(rate)} (95 % by episodes: ${percent(low)} to ${percent(high)})`,
      `${episodes.length} episodes, of ${quantile(lengths, 0.5).toFixed(0)} s in the median, ${Math.max(...lengths).toFixed(0)} s at most`,
      `${priority.length} priority, ${duringEpisodes.length} of them in episodes: ${ended(priority, 'shed').length} shed, so less than ${percent(ruleOfThree(priority.length))} (rule of three)`,
    ].join('\n  '),
  );
  expect(rate).toBeGreaterThan(0.0005);
  expect(rate).toBeLessThan(0.0012);
  expect(low).toBeLessThan(SHED);
  expect(high).toBeGreaterThan(SHED);
  expect(ended(priority, 'shed')).toEqual([]);
  // None in so many refutes that priority is shed as often as standard, at 5 % and at 1 %.
  expect([attemptsToRefute(SHED, 0.05), attemptsToRefute(SHED, 0.01)]).toEqual([3652, 5614]);
  expect(priority.length).toBeGreaterThan(attemptsToRefute(SHED, 0.01));
  expect(ruleOfThree(priority.length)).toBeLessThan(rate);
  // Within episodes standard is shed so often that even the few priority requests there say something.
  const inEpisodes = standard.filter(({ sentUs }) =>
    episodes.some((one) => one.fromUs <= sentUs && sentUs <= one.toUs),
  );
  expect(duringEpisodes.length).toBeGreaterThan(attemptsToRefute(shed.length / inEpisodes.length, 0.05));
  return rate;
}

/** The share hangs on the load: a tenth more of it and half as many again are shed. Priority hardly ever is. */
export function tenPercentMoreLoad(count: number, before: number, change = ''): void {
  const { tiers } = days(count, LOAD * 1.1, change).summary;
  expect(tiers['priority']!.shedRate!).toBeLessThan(tiers['standard']!.shedRate! / 50);
  expect(tiers['standard']!.shedRate! / before).toBeGreaterThan(1.5);
}
