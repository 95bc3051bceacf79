import { kernelRate, kernelScenario, saturationRate } from './scenario.mjs';

const NODES = 8;
const LOAD = 0.8;

/** At a share of the kernel's own estimate of capacity. */
const atLoad =
  (input, output, more, shippedLoad = LOAD) =>
  ({ requests, nodes = NODES, load = shippedLoad }) =>
    kernelScenario({ requests, nodes, perSecond: load * nodes * kernelRate(input, output), input, output, ...more });

/** At a share of the rate at which the nodes were seen to finish requests when they had more than they could do. */
const atSaturation =
  (share, more) =>
  ({ requests, nodes = NODES }) =>
    kernelScenario({ requests, nodes, perSecond: share * saturationRate(nodes), input: 512, output: 256, ...more });

/** No node ever holds more, so that queues have an end although there is too much to do. */
const boundedQueues = (tier) => ({ ...tier, admission: { kind: 'queue-depth', shedAbove: 320 } });

function service({ requests, nodes = NODES, load = LOAD }) {
  const perSecond = load * nodes * kernelRate(512, 256);
  return kernelScenario({
    requests,
    nodes,
    perSecond,
    input: 512,
    output: 256,
    // Limits just above the mean, so that they are met now and then, and a client that tries again.
    file: { accounts: [{ name: 'acme', limits: { rpm: Math.round(1.01 * perSecond * 60), outputTpm: '1000M' } }] },
    traffic: { account: 'acme', client: 'openai-python', slo: { ttft: '1s', tpot: '50ms' } },
    tier: (tier) => tier,
  });
}

/** Each case by name: what it is about, how many requests it has unless asked otherwise, and the scenario. */
export const CASES = {
  limit: { about: "the bare kernel's own workload", requests: 1_000_000, make: atLoad(512, 256) },
  service: {
    about: 'the same with account limits, shedding by predicted TTFT, retries and a latency objective',
    requests: 1_000_000,
    make: service,
  },
  mooncake: {
    about: 'prompts as in the Mooncake conversation trace: mean 12,035, p95 39,552 tokens, a third of them shared',
    requests: 300_000,
    make: atLoad(12_035, 343, {
      traffic: {
        input: { lognormal: { mean: 12_035, p95: 39_552 } },
        sharedPrefix: { families: 200, zipf: 1.2, length: 8000 },
      },
    }),
  },
  'long-prompts': { about: 'prompts of 30,000 tokens in the mean', requests: 300_000, make: atLoad(30_000, 256) },
  'long-outputs': {
    about: 'answers of 8,192 tokens in the mean, at half the load: the estimate knows nothing of KV memory',
    requests: 300_000,
    make: atLoad(512, 8192, {}, 0.4),
  },
  'load-70': { about: '70 % of the measured saturation rate', requests: 300_000, make: atSaturation(0.7) },
  'load-90': { about: '90 % of it', requests: 300_000, make: atSaturation(0.9) },
  'load-100': { about: 'all of it', requests: 300_000, make: atSaturation(1) },
  'overload-130': {
    about: '130 % of it, no node holding more than 320 requests',
    requests: 300_000,
    make: atSaturation(1.3, { tier: boundedQueues }),
  },
};
