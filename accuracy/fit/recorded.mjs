import { halfOf } from '../halves.mjs';
import { rtx4090, toldReplay } from '../runs.mjs';
import { fitParameters } from './least-squares.mjs';

const PS_PER_MS = 1e9;
/** A time between two tokens that is off by so much counts as off by one. */
const SPREAD = { ms: 2, share: 0.004 };

/**
 * What a profile of single kernels cannot know: what a step takes beside them, what contexts that differ cost (it profiles
 * batches of one context), and how much slower contexts are read beside a prefill (it has this within a sixth). Which
 * sequences are in which step does not depend on it while requests wait, so the times between the recorded first and last
 * tokens of the fitted half of the requests are sums of step lengths, and the replay that is told everything finds three figures.
 */
export function recordedFit({ tokensMs: _, ...fit }) {
  const priors = {
    stepMs: { mean: fit.stepMs, deviation: 1 },
    spreadTokenUs: { mean: 0, deviation: 2 },
    mixedDecodeFactor: { mean: 1.85, deviation: 0.3 },
  };
  const scenario = rtx4090();
  const { stepMs, spreadTokenUs, mixedDecodeFactor } = fitParameters(priors, (at) => residuals(scenario, at));
  return { ...fit, stepMs, spreadTokenMs: spreadTokenUs / 1000, mixedDecodeFactor };
}

/** The run's scenario with these figures instead of the catalogue's. */
export function withRecorded(scenario, { stepMs, spreadTokenUs, mixedDecodeFactor }) {
  const [pool] = scenario.pools;
  const stepTime = {
    ...pool.stepTime,
    basePs: Math.round(stepMs * PS_PER_MS),
    spreadTokenPs: Math.round((spreadTokenUs / 1000) * PS_PER_MS),
    mixedDecodeFactor,
  };
  return { ...scenario, pools: [{ ...pool, stepTime }] };
}

/** Of the times between one recorded token of the fitted half and the next. */
function residuals(scenario, at) {
  const { rows, simulated, held } = toldReplay(withRecorded(scenario, at));
  const tokens = rows
    .flatMap((row, index) => {
      if (index < held || halfOf(row.request_id) !== 'fitted') return [];
      const { firstUs, lastUs } = simulated[index];
      return [
        { recordedMs: 1000 * Number(row.first_token_s), simulatedMs: firstUs / 1000 },
        { recordedMs: 1000 * Number(row.last_token_s), simulatedMs: lastUs / 1000 },
      ];
    })
    .sort((a, b) => a.recordedMs - b.recordedMs);
  return tokens.slice(1).flatMap((token, index) => {
    const recordedMs = token.recordedMs - tokens[index].recordedMs;
    if (recordedMs === 0) return [];
    const simulatedMs = token.simulatedMs - tokens[index].simulatedMs;
    return [(simulatedMs - recordedMs) / (SPREAD.ms + SPREAD.share * recordedMs)];
  });
}
