import { kernelRate, kernelScenario } from './scenario.mjs';

/** Each case by name: what it is about, how many requests it has unless asked otherwise, and the scenario. */
export const CASES = {
  limit: {
    about: "the bare kernel's own workload",
    requests: 1_000_000,
    make: ({ requests, nodes, load }) =>
      kernelScenario({ requests, nodes, perSecond: load * nodes * kernelRate(512, 256), input: 512, output: 256 }),
  },
};
