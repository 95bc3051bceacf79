import { rtx4090, toldReplay } from './runs.mjs';

/**
 * Of the first and last tokens of the RTX 4090 run, how many come in one step with exactly those they came with in the record,
 * from when on not all do, and how far until then the two clocks go apart and come together again. While requests wait only the
 * clocks depend on step times, which decide who comes with whom in the first five seconds alone.
 */
export function schedule() {
  const { rows, simulated } = toldReplay(rtx4090());
  const tokens = rows.flatMap((row, index) => [
    { at: row.first_token_s, simulatedUs: simulated[index].firstUs },
    { at: row.last_token_s, simulatedUs: simulated[index].lastUs },
  ]);
  const recorded = companions(tokens, ({ at }) => at);
  const replayed = companions(tokens, ({ simulatedUs }) => simulatedUs);
  const apart = tokens.filter((_, index) => recorded[index] !== replayed[index]);
  const apartFrom = Math.min(...apart.map(({ at }) => Number(at)));
  const clocks = tokens.filter(({ at }) => Number(at) < apartFrom).map(({ at, simulatedUs }) => at - simulatedUs / 1e6);
  return {
    tokens: tokens.length,
    together: tokens.length - apart.length,
    apartFrom,
    clocksApart: Math.max(...clocks) - Math.min(...clocks),
    lastSecond: Math.max(...tokens.map(({ at }) => Number(at))),
  };
}

/** For each token the places of all that came at its time. */
function companions(tokens, timeOf) {
  const byTime = new Map();
  for (const [index, token] of tokens.entries()) {
    byTime.set(timeOf(token), [...(byTime.get(timeOf(token)) ?? []), index]);
  }
  return tokens.map((token) => byTime.get(timeOf(token)).join(' '));
}
