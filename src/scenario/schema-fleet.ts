import { z } from 'zod';
import { HARDWARE } from '../models/catalog/hardware.js';
import { LLMS } from '../models/catalog/llms.js';
import {
  byName,
  count,
  duration,
  length,
  money,
  name,
  nameSuchAs,
  notNegative,
  positive,
  share,
  variant,
  wholeFrom,
} from './schema-kit.js';
import { operations } from './schema-operations.js';

export const PRECISIONS = ['bf16', 'fp8', 'int4', 'fp4'] as const;

/** Of one pool; what each node needs is set up before the run begins. */
export const NODES_MAX = 100_000;

/** What editors offer for a name. */
export const LLM_NAMES: readonly string[] = LLMS.map(({ id }) => id);
const HARDWARE_NAMES: readonly string[] = HARDWARE.map(({ id }) => id);

const engine = z.strictObject({
  name: z
    .enum(['vllm', 'vllm@0.12', 'vllm@0.16', 'vllm@0.23', 'vllm@0.24', 'sglang', 'tensorrt-llm', 'slots'])
    .optional()
    .describe('Default: vllm, the newest version known. A version behind @ selects its rules.'),
  version: name.optional().describe('The same as a version behind the name.'),
  policy: z.enum(['fcfs', 'priority']).optional().describe('Default: priority where the profile ranks queues.'),
  maxNumSeqs: wholeFrom(1, 1_000_000).optional().describe('Sequences in one step. Default: by device memory.'),
  maxNumBatchedTokens: wholeFrom(1, 1_000_000).optional().describe('Tokens in one step. Default: by device memory.'),
  maxModelLen: length.optional().describe("Longest context. Default: the model's."),
  blockSize: wholeFrom(1).optional().describe('Tokens in a KV block. Default: 16.'),
  kvBlocks: wholeFrom(2).optional().describe('KV blocks. Default: what the memory left by the weights holds.'),
  prefixCaching: z.boolean().optional().describe('Default: true.'),
  chunkedPrefill: z.boolean().optional().describe('Default: true.'),
  longPrefillThreshold: count.optional().describe('Longest prefill chunk; 0: off.'),
  async: z
    .boolean()
    .optional()
    .describe(
      "true: steps are planned one ahead, as vLLM's asynchronous scheduling does, and an arrival waits one step longer. false: the host's time adds to the device's. Default: planned in time, the host's time hidden behind the device's.",
    ),
  hostOverhead: duration.optional().describe('Time of the host for each step.'),
});

const tierNumbers = byName(notNegative);

export const pool = z.strictObject({
  name: name.describe('Name of the pool, unique.'),
  model: nameSuchAs(LLM_NAMES).optional().describe('The model it serves; this or models.'),
  models: z.array(name).min(1).optional().describe('Several models, an engine for each on every node; this or model.'),
  hardware: nameSuchAs(HARDWARE_NAMES).describe('A hardware class of the catalogue or of this file.'),
  nodes: wholeFrom(0, NODES_MAX).default(1).describe('Nodes at the start.'),
  gpusPerNode: wholeFrom(1).default(1).describe('Devices of a node; the model is split over them.'),
  precision: z
    .strictObject({
      weights: z.enum(PRECISIONS).optional().describe('Default: the widest that fits.'),
      kv: z.enum(PRECISIONS).optional().describe('Default: bf16.'),
    })
    .optional()
    .describe('Numbers of the weights and of the KV cache.'),
  engine: engine.optional().describe("The engine of a node. Default: vLLM's server defaults."),
  tiers: z.array(name).min(1).optional().describe('Tiers it may serve. Default: all.'),
  tierWeights: tierNumbers.optional().describe('Preference of each tier for this pool; 0 or absent: never.'),
  reservedSlots: tierNumbers.optional().describe('Slots of each node kept free for a tier.'),
  path: z.enum(['standard', 'fast']).default('standard').describe('The kind of traffic it serves.'),
  ...operations,
  usdPerHour: money.optional().describe("Cost of a node per hour. Default: the hardware's."),
});
export type PoolInput = z.output<typeof pool>;

export const router = z.enum([
  'round-robin',
  'least-loaded',
  'power-of-two',
  'weighted',
  'prefix-affinity',
  'cheapest-first',
  'coolest-first',
]);
export const queueing = z.enum(['node', 'gateway']);

export const gateway = z.strictObject({
  router: router.optional().describe("How a node is chosen. Default: the profile's."),
  queueing: queueing
    .optional()
    .describe("node: bound to a node at once; gateway: held until a node has room. Default: the profile's."),
  spareSlotFilter: z
    .boolean()
    .optional()
    .describe("Pools without a free seat are passed over while another has one. Default: the profile's."),
  replicas: wholeFrom(1).default(1).describe('Gateways side by side; requests go to them in turn.'),
  staleness: duration
    .prefault('0s')
    .describe("Oldest that a gateway's view of the nodes may be; what it sent there itself it knows."),
});

export const event = z.strictObject({
  at: duration.describe('Simulated time of the change.'),
  set: name.describe('What changes, addressed as by --set.'),
  to: variant('a value', { scalar: z.union([z.number(), z.string(), z.boolean()]) }).describe('Its new value.'),
});
export type EventInput = z.output<typeof event>;

export const initial = z.strictObject({
  queued: byName(wholeFrom(0, 10_000_000)).optional().describe('Requests waiting at the start, by traffic class.'),
  cacheFill: share
    .optional()
    .describe("Share of each node's KV filled with common texts at the start, the most popular first."),
  nodes: byName(wholeFrom(0))
    .optional()
    .describe("Nodes up at the start, by pool; the pool's other nodes begin their cold start then."),
});
export type InitialInput = z.output<typeof initial>;

export const energy = z.strictObject({
  usdPerKWh: money
    .optional()
    .describe('Price of a kilowatt-hour at the meter of the building. Default: $0.10, assumed.'),
  pue: z
    .number()
    .min(1)
    .optional()
    .describe('What the building draws over what its machines draw. Default: 1.2, assumed.'),
  allInFactor: z
    .number()
    .min(1)
    .optional()
    .describe('What the building draws over what its devices draw; instead of host watts and pue.'),
  inNodePrice: z
    .boolean()
    .default(true)
    .describe("Whether the nodes' price per hour holds it, as rents do; false: it is added to the cost."),
});
export type EnergyInput = z.output<typeof energy>;

/** How many of the profile's currency one unit of the named one is worth. */
export const exchangeRates = byName(positive);
