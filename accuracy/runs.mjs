import { findLlm } from '../dist/models/catalog/llms.js';
import { FITS, mixedDecodeFactor } from '../dist/models/catalog/step-fits.js';
import { fittedCoefficients } from '../dist/models/fitted.js';
import { readData, readRows } from './csv.mjs';
import { halfOf } from './halves.mjs';
import { heldTrace, openings, pauseOf } from './openings.mjs';
import { load, replay } from './replay.mjs';
import { ksDistance, mean, median, percentile } from './statistics.mjs';

const RTX_4090 = {
  name: 'RTX 4090, Llama-3.1-8B',
  isTold: true,
  file: 'RTX4090.Llama-3.1-8B.csv',
  // As its metadata says. The blocks are given: what is tested here is time.
  pool: `model: llama-3.1-8b
    hardware: rtx-4090
    engine: {name: vllm@0.23, async: true, maxNumSeqs: 256, maxNumBatchedTokens: 2048, maxModelLen: 32768, kvBlocks: 2588}`,
};

/**
 * Two recorded runs of vLLM 0.19.0, request by request (casys-kaist/LLMServingSim, MIT); the first of them by halves, of which
 * one gave the catalogue three figures, and as it comes out without these, and without what its files do not say.
 */
const RUNS = [
  RTX_4090,
  { ...RTX_4090, name: 'RTX 4090, fitted half', half: 'fitted' },
  { ...RTX_4090, name: 'RTX 4090, tested half', half: 'tested' },
  { ...RTX_4090, name: 'RTX 4090, step times of the profile alone', isProfileAlone: true },
  { ...RTX_4090, name: 'RTX 4090, openings and pause not told', isTold: false, startedCold: true },
  {
    name: '2 x RTX PRO 6000, Qwen3-32B',
    file: 'RTXPRO6000.Qwen3-32B.csv',
    // Its metadata has no word on memory.
    pool: `model: qwen3-32b
    hardware: rtx-pro-6000-blackwell
    gpusPerNode: 2
    engine: {name: vllm@0.23, async: true, maxNumSeqs: 128, maxNumBatchedTokens: 2048}`,
  },
];

const METRICS = [
  ['ttft', 'ttftMs'],
  ['tpot', 'tpotMs'],
  ['e2e', 'e2eMs'],
];

/** Each run replayed from its arrivals and lengths: how far the simulated requests are from the recorded ones. */
export function replayRuns() {
  return RUNS.map(({ name, file, pool, startedCold = false, isTold = false, isProfileAlone = false, half = null }) => {
    const rows = readRows(file);
    const recorded = rows.map(toRequest);
    const cold = startedCold ? coldStart(rows) : null;
    const served = load(scenarioText(pool, cold), name);
    const scenario = isProfileAlone ? asProfiled(served) : served;
    const { simulated, held } = isTold
      ? toldReplay(scenario)
      : { simulated: replay(scenario, readData(file)), held: 0 };
    const left = cold?.requests ?? held;
    if (simulated.length !== recorded.length) {
      throw new Error(`${name}: ${simulated.length} of ${recorded.length} requests were answered`);
    }
    // Requests that the cold start was read from are no test of it.
    const counts = (index) => index >= left && (half === null || halfOf(rows[index].request_id) === half);
    const compared = (requests, key) => requests.filter((_, index) => counts(index)).map((one) => one[key]);
    const figures = METRICS.map(([metric, key]) => [
      metric,
      compare(compared(simulated, key), compared(recorded, key)),
    ]);
    return {
      name,
      half,
      requests: recorded.filter((_, index) => counts(index)).length,
      source: scenario.pools[0].stepTimeSource,
      ...Object.fromEntries(figures),
    };
  });
}

/** The scenario of the RTX 4090 with what was profiled on it and nothing that was recorded. */
function asProfiled(scenario) {
  const [pool] = scenario.pools;
  const llm = findLlm('llama-3.1-8b');
  const { recorded: _, ...fit } = FITS.find(({ hardware, model }) => hardware === 'rtx-4090' && model === llm.id);
  const factor = mixedDecodeFactor(fit.hardware, llm.heads / llm.kv.heads);
  const options = { kvPrecision: 'bf16', mixedDecodeFactor: factor, host: pool.stepTime.host };
  return { ...scenario, pools: [{ ...pool, stepTime: fittedCoefficients(fit, llm, options) }] };
}

/** The RTX 4090 run with what its files do not say, see openings.mjs; `held`: requests that came in the pause. */
export function toldReplay(scenario) {
  const rows = readRows(RTX_4090.file);
  const pause = pauseOf(rows);
  const simulated = replay(scenario, heldTrace(readData(RTX_4090.file), pause), openings(rows));
  return { rows, simulated, held: rows.filter((row) => Number(row.arrival_s) < pause).length };
}

/** The scenario of that run. */
export const rtx4090 = () => load(scenarioText(RTX_4090.pool, null), RTX_4090.name);

/**
 * An engine that was just started is slow until its kernels are loaded and its clocks are up. How slow and how long is an input
 * of the run, as its arrivals are, and read from the record alone: the first tokens of the first group of requests
 * came after so many prompt tokens in so long, those of the second group after so many more.
 */
export function coldStart(rows) {
  const ends = [...new Set(rows.map((row) => Number(row.first_token_s)))].sort((a, b) => a - b);
  const group = (end) => rows.filter((row) => Number(row.first_token_s) === end);
  const tokens = (end) => group(end).reduce((sum, row) => sum + Number(row.input_tokens), 0);
  const [coldEnd, warmEnd] = ends;
  const factor = coldEnd / tokens(coldEnd) / ((warmEnd - coldEnd) / tokens(warmEnd));
  return {
    factor: Number(factor.toFixed(2)),
    seconds: coldEnd,
    requests: group(coldEnd).length + group(warmEnd).length,
  };
}

function compare(simulated, recorded) {
  const off = (of) => 100 * (of(simulated) / of(recorded) - 1);
  return {
    mean: off(mean),
    p99: off((values) => percentile(values, 0.99)),
    perRequest: median(simulated.map((value, index) => 100 * Math.abs(value / recorded[index] - 1))),
    ks: ksDistance(simulated, recorded),
  };
}

function toRequest(row) {
  const seconds = (column) => Number(row[column]);
  const sent = seconds('arrival_s');
  const first = seconds('first_token_s');
  const last = seconds('last_token_s');
  return {
    ttftMs: 1000 * (first - sent),
    tpotMs: (1000 * (last - first)) / (Number(row.output_tokens) - 1),
    e2eMs: 1000 * (last - sent),
  };
}

/** How far apart replays of one run are whose step times differ by so many percent: how sharp its KS distances can be. */
export function sensitivity() {
  const { name, file, pool } = RTX_4090;
  const steps = (factor) => replay(load(scenarioText(pool, { factor, seconds: 0 }, factor), name), readData(file));
  const base = steps(1);
  return [0.2, 0.5, 1, 2].map((percent) => {
    const other = steps(1 + percent / 100);
    const apart = (key) =>
      ksDistance(
        other.map((one) => one[key]),
        base.map((one) => one[key]),
      );
    return { percent, ...Object.fromEntries(METRICS.map(([metric, key]) => [metric, apart(key)])) };
  });
}

const scenarioText = (pool, cold, warm = 1) => `seed: 1
duration: 1h
provider: {extends: neutral, tiers: {standard: {shedAbove: never}}}
fleet:
  - name: node
    ${pool}${
      cold === null
        ? ''
        : `
    slow: {nodes: 1, factor: ${cold.factor}}
events: [{at: ${cold.seconds}s, set: fleet.node.slow.factor, to: ${warm}}]`
    }
traffic:
  - name: recorded
    model: ${/model: (\S+)/.exec(pool)[1]}
    trace: {file: run.csv, format: csv, columns: {time: arrival_s, input: input_tokens, output: output_tokens}, timeUnit: s}
    client: none
`;
