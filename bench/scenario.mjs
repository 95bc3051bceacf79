import { loadScenario, simulate } from '../dist/index.js';

/** Picoseconds of the bare kernel: per step, prefill token, decoding sequence, KV token. */
const KERNEL_STEP = {
  basePs: 6_000e6,
  prefillTokenPs: 25e6,
  sequencePs: 12e6,
  kvTokenPs: 0.04e6,
  halfChunkPs: 0,
  mixedDecodeFactor: 1,
  table: null,
  host: { basePs: 0, sequencePs: 0, combine: 'max' },
};
/** 256 seats, 8192 tokens a step, 28,000 usable blocks, and a scheduler that plans in time. */
const KERNEL_ENGINE = {
  policy: 'priority',
  maxNumSeqs: 256,
  maxNumBatchedTokens: 8192,
  maxModelLen: 131_072,
  blockSize: 16,
  kvBlocks: 28_001,
  prefixCaching: true,
  async: false,
};

/** The kernel's own estimate of what one node can do, in requests per second. */
export function kernelRate(meanInput, meanOutput) {
  const perRequestUs = 25 * meanInput + meanOutput * (6000 / 64 + 12 + 0.04 * (meanInput + meanOutput / 2));
  return 1e6 / perRequestUs;
}

/**
 * Poisson requests on nodes like the kernel's: exponential lengths, a fifth of them urgent, power-of-two routing, no
 * limits unless `tier` puts some on each tier. Loaded like any scenario file, so that whatever a scenario has by default is here too; the
 * engine and its step times, which no file can state so exactly, are then set to the kernel's.
 */
export function kernelScenario({
  requests,
  nodes,
  perSecond,
  input,
  output,
  traffic = {},
  file = {},
  tier = (one) => ({ ...one, admission: { kind: 'none' } }),
}) {
  const exponential = (mean) => ({ exponential: mean });
  const text = JSON.stringify({
    seed: 12345,
    start: '2026-06-01T00:00:00Z',
    duration: '1h',
    drain: true,
    provider: 'neutral',
    fleet: [{ name: 'main', model: 'llama-3.1-8b', hardware: 'h100', nodes }],
    gateway: { router: 'power-of-two' },
    traffic: [
      {
        name: 'all',
        model: 'llama-3.1-8b',
        tier: { priority: '20%', standard: '80%' },
        arrivals: { poisson: `${perSecond}/s` },
        input: exponential(input),
        output: exponential(output),
        ...traffic,
      },
    ],
    ...file,
  });
  const { scenario, problems } = loadScenario(text, { file: 'bench' });
  if (scenario === null) throw new Error(problems.map(({ message }) => message).join('\n'));
  const tiers = scenario.provider.tiers.filter(({ name }) => name === 'priority' || name === 'standard');
  return {
    ...scenario,
    durationUs: Math.round((requests / perSecond) * 1e6),
    provider: { ...scenario.provider, tiers: tiers.map(tier) },
    pools: scenario.pools.map((pool) => ({
      ...pool,
      engine: { ...pool.engine, ...KERNEL_ENGINE },
      stepTime: KERNEL_STEP,
      stepTimeSource: 'the bare kernel',
    })),
    traffic: scenario.traffic.map((one) => ({ ...one, arrivals: { kind: 'poisson', perSecond } })),
  };
}

/**
 * Requests per second that the nodes finish when they have twice what they can do: counted over the time in which none
 * of them is short of work.
 */
export function saturationRate(nodes) {
  const perSecond = 2 * nodes * kernelRate(512, 256);
  const scenario = kernelScenario({ requests: 5000 * nodes, nodes, perSecond, input: 512, output: 256 });
  const busy = { ...scenario, drain: false, warmupUs: Math.round(scenario.durationUs / 4) };
  const { pools, run } = simulate(busy, { version: 'bench', hash: '' });
  return pools.main.outputTokens / 256 / (run.window.toSeconds - run.window.fromSeconds);
}
