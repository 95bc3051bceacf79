import { readData, readRows } from './csv.mjs';
import { load, replay } from './replay.mjs';
import { ksDistance, mean, median, percentile } from './statistics.mjs';

/** Two recorded runs of vLLM 0.19.0, request by request (casys-kaist/LLMServingSim, MIT). */
const RUNS = [
  {
    name: 'RTX 4090, Llama-3.1-8B',
    file: 'RTX4090.Llama-3.1-8B.csv',
    // As its metadata says. The blocks are given: what is tested here is time.
    pool: `model: llama-3.1-8b
    hardware: rtx-4090
    engine: {name: vllm@0.23, async: true, maxNumSeqs: 256, maxNumBatchedTokens: 2048, maxModelLen: 32768, kvBlocks: 2588}`,
  },
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
  return RUNS.map(({ name, file, pool }) => {
    const recorded = readRows(file).map(toRequest);
    const scenario = load(scenarioText(pool), name);
    const simulated = replay(scenario, readData(file));
    if (simulated.length !== recorded.length) {
      throw new Error(`${name}: ${simulated.length} of ${recorded.length} requests were answered`);
    }
    const figures = METRICS.map(([metric, key]) => [
      metric,
      compare(
        simulated.map((one) => one[key]),
        recorded.map((one) => one[key]),
      ),
    ]);
    return {
      name,
      requests: recorded.length,
      source: scenario.pools[0].stepTimeSource,
      ...Object.fromEntries(figures),
    };
  });
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

const scenarioText = (pool) => `seed: 1
duration: 1h
provider: {extends: neutral, tiers: {standard: {shedAbove: never}}}
fleet:
  - name: node
    ${pool}
traffic:
  - name: recorded
    model: ${/model: (\S+)/.exec(pool)[1]}
    trace: {file: run.csv, format: csv, columns: {time: arrival_s, input: input_tokens, output: output_tokens}, timeUnit: s}
    client: none
`;
