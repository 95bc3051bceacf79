import { HARDWARE } from '../dist/models/catalog/hardware.js';
import { LLMS } from '../dist/models/catalog/llms.js';
import { peakFlops } from '../dist/models/hardware.js';
import { readRows } from './csv.mjs';
import { halfOf } from './halves.mjs';

/** Names of the source in the words of the catalogue. */
const MODELS = {
  'Qwen/Qwen3-32B': 'qwen3-32b',
  'meta-llama/Llama-3.1-70B': 'llama-3.1-70b',
  'nvidia/Llama-3.1-8B-Instruct-FP8': 'llama-3.1-8b',
  'openai/gpt-oss-120b': 'gpt-oss-120b',
  'moonshotai/Kimi-K2.5': 'kimi-k2.5',
};
const HARDWARE_IDS = { h100_sxm: 'h100', h200_sxm: 'h200', b200_sxm: 'b200', b300_sxm: 'b300' };

/**
 * How each series was measured. InferenceMAX publishes its client and servers: ten times as many requests as users, lengths
 * uniform in 0.8 to 1 of the nominal ones, as many seats as users, 8,192 tokens a step, no prefix cache, planned while the
 * device computes. Of the others only the version is known; the rest is chosen so that the fitted half makes sense.
 */
export const SERIES = {
  inferencemax: {
    about:
      'InferenceMAX: lengths uniform in 0.8 to 1 of the nominal ones, a seat for each user, 8,192 tokens a step, no prefix cache; dense models keep KV in 8 bits on H200 and B200 (that alone lets their largest points fit), else in 16',
    lowest: 0.8,
    engine: 'vllm@0.16',
    seats: (users) => users,
    budget: 8192,
    prompts: null,
    kv: (model, hardware) => (model.moe === null && hardware !== 'h100' ? 'fp8' : 'bf16'),
  },
  'vllm-0.12': {
    about:
      'aiconfigurator, vLLM 0.12: fixed lengths, planned between steps, 2,048 tokens and 128 sequences a step (the defaults outside the OpenAI server; assumed, with 8,192 the first tokens of small loads come three times too late)',
    lowest: 1,
    engine: 'vllm@0.12',
    seats: () => 128,
    budget: 2048,
    prompts: null,
    kv: () => 'bf16',
  },
  'vllm-0.12-repeated': {
    about:
      'aiconfigurator, vLLM 0.12, 8-bit checkpoints: as above, but 100 prompts that repeat and hit the prefix cache, KV in 8 bits (both assumed: without hits some rows need more than the peak of the device)',
    lowest: 1,
    engine: 'vllm@0.12',
    seats: () => 128,
    budget: 2048,
    prompts: 100,
    kv: () => 'fp8',
  },
};

/** Above this share of the peak a row cannot be what it says. */
const MOST_OF_PEAK = 0.7;
/** Waves of requests each user sends, as the client of InferenceMAX does. */
const WAVES = 10;

/** Every published point of the catalogue's models, each with the reason why it does not count, if there is one. */
export function readPoints() {
  const seen = new Map();
  return readRows('served-points.csv').map((row) => {
    const point = toPoint(row);
    const near = seen.get(point.key)?.find((other) => isRepeat(point, other));
    seen.set(point.key, [...(seen.get(point.key) ?? []), point]);
    return { ...point, excluded: near === undefined ? exclusion(point) : 'the same measurement listed twice' };
  });
}

function toPoint(row) {
  const model = LLMS.find(({ id }) => id === MODELS[row.model_path]);
  const hardware = HARDWARE.find(({ id }) => id === HARDWARE_IDS[row.system]);
  const precision = row.precision === '' ? 'bf16' : row.precision;
  const series =
    row.backend_version !== '0.12.0' ? 'inferencemax' : precision === 'fp8' ? 'vllm-0.12-repeated' : 'vllm-0.12';
  const point = {
    model,
    hardware,
    precision,
    gpus: Number(row.tp_size),
    attentionCopies: Number(row.attention_dp_size || 1),
    prompt: Number(row.isl),
    output: Number(row.osl),
    users: Number(row.batch_size),
    ttftMs: Number(row.silicon_ttft_ms),
    tpotMs: Number(row.silicon_tpot_ms),
    series,
  };
  const key = [model.id, hardware.id, precision, point.gpus, point.prompt, point.output, point.users].join(' ');
  return {
    ...point,
    key,
    group: `${model.id} ${precision} ${hardware.id}`,
    half: halfOf(key),
  };
}

const isRepeat = (a, b) =>
  Math.abs(a.ttftMs / b.ttftMs - 1) < 0.01 &&
  Math.abs(a.tpotMs / b.tpotMs - 1) < 0.01 &&
  a.attentionCopies === b.attentionCopies;

function exclusion(point) {
  if (point.attentionCopies > 1) return 'attention in several copies (data parallel), which is not simulated';
  const share = shareOfPeak(point);
  if (share >= MOST_OF_PEAK)
    return `${Math.round(share * 100)} % of the peak FLOP/s implied: prompts must have been cached`;
  return null;
}

/** Two FLOP a parameter for each token of prompt and output, over the dense peak of the devices. */
export function shareOfPeak(point) {
  const flops =
    (requestsPerSecond(point) * (meanPrompt(point) + meanOutput(point)) * 2 * point.model.parameters.active) /
    point.gpus;
  return flops / peakFlops(point.hardware, point.precision);
}

const meanPrompt = ({ series, prompt }) => (prompt * (1 + SERIES[series].lowest)) / 2;
const meanOutput = ({ series, output }) => (output * (1 + SERIES[series].lowest)) / 2;
const requestMs = (point) => point.ttftMs + (meanOutput(point) - 1) * point.tpotMs;
const requestsPerSecond = (point) => (1000 * point.users) / requestMs(point);

/**
 * The scenario of a point. Users send until ten waves have begun by the measured pace: half a request before the last
 * would end.
 */
export function scenarioText(point, overrides = {}) {
  const { lowest, engine, seats, budget, prompts, kv } = SERIES[point.series];
  const users = overrides.users ?? point.users;
  const range = (most) => `{uniform: [${Math.round(most * lowest)}, ${most}]}`;
  const options = {
    name: engine,
    // As servers are started unless told otherwise; one tier would not tell them apart.
    policy: 'fcfs',
    maxNumSeqs: seats(users),
    maxNumBatchedTokens: budget,
    maxModelLen: point.prompt + point.output + 200,
    prefixCaching: prompts !== null,
    ...overrides.engine,
  };
  return `seed: 1
duration: ${Math.round((WAVES - 0.5) * requestMs(point))}ms
drain: true
provider: {extends: neutral, tiers: {standard: {shedAbove: never}}}
fleet:
  - name: node
    model: ${point.model.id}
    hardware: ${point.hardware.id}
    gpusPerNode: ${point.gpus}
    precision: {weights: ${point.precision}, kv: ${kv(point.model, point.hardware.id)}}
    engine: ${JSON.stringify(options)}
traffic:
  - name: users
    model: ${point.model.id}
    arrivals: {users: {count: ${users}, thinkTime: 0s}}
    input: ${range(point.prompt)}
    output: ${range(point.output)}
${prompts === null ? '' : `    sharedPrefix: {families: ${prompts}, zipf: 0, length: ${point.prompt}}\n`}    client: none
`;
}
