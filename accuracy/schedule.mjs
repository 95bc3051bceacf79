import { rtx4090, toldReplay } from './runs.mjs';

/**
 * Step times for the question who is served in which step. While requests wait the answer depends on lengths alone, so they
 * matter in the first five seconds only, and there the catalogue's straight line is too far off. These are straight lines
 * between figures of the profile that the catalogue's was fitted to (LLMServingSim at 5daddb2, dense.csv, attention.csv and
 * per_sequence.csv): 32 layers, head included, take 16.88 + 1.19 ms for 32 tokens, 23.92 + 1.19 for 256 and 181.09 + 1.19 for
 * 2,048; attention of 32 decodes 181.4 us a layer at 1,024 tokens and 325.0 at 2,048, and of 32 and 64 short ones 20.6 and
 * 32.2; of a chunk of 2,048 tokens 566.5 us behind 1,024 others and 813.5 behind 2,048.
 */
const MS = {
  tokens: [
    [32, 18.07],
    [256, 25.11],
    [2048, 182.28],
  ],
  sequence: (32 * (0.0322 - 0.0206)) / 32,
  kvToken: (32 * (0.325 - 0.1814)) / (32 * 1024),
  chunk: (32 * (0.8135 - 0.5665)) / (2048 * 1024),
};
const PS = 1e9;

/** Of the first and last tokens, how many come in one step with exactly those they came with in the record. */
export function schedule() {
  const scenario = rtx4090();
  const [pool] = scenario.pools;
  const stepTime = {
    ...pool.stepTime,
    basePs: 0,
    prefillTokenPs: 0,
    sequencePs: Math.round(MS.sequence * PS),
    kvTokenPs: Math.round(MS.kvToken * PS),
    halfChunkPs: Math.round((MS.chunk * PS) / 2),
    table: MS.tokens.map(([tokens, ms]) => [tokens, Math.round(ms * PS)]),
  };
  const { rows, simulated } = toldReplay({ ...scenario, pools: [{ ...pool, stepTime }] });
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
