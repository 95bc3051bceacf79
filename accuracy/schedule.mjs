import { rtx4090, toldReplay } from './runs.mjs';

/**
 * Of the first and last tokens of the RTX 4090 run, how many come in one step with exactly those they came with in the record.
 * While requests wait the answer depends on lengths alone; step times matter in the first five seconds only.
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
  return {
    tokens: tokens.length,
    together: tokens.length - apart.length,
    apartFrom: Math.min(...apart.map(({ at }) => Number(at))),
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
