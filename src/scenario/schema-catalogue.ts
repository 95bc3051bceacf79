import { z } from 'zod';
import { PRECISIONS } from './schema-fleet.js';
import {
  bandwidth,
  byName,
  bytes,
  count,
  length,
  money,
  name,
  notNegative,
  positive,
  variant,
  watts,
  wholeFrom,
} from './schema-kit.js';

const decodeRate = variant('tokens per second, or {single, full}', {
  scalar: positive,
  mapping: z.strictObject({
    single: positive.describe('One stream alone, tokens per second.'),
    full: positive.describe('All slots together, tokens per second.'),
  }),
});

const ratedSpeed = {
  prefillTokPerSec: positive.optional().describe('Rated: prompt tokens per second of the node.'),
  decodeTokPerSec: decodeRate.optional().describe('Rated: output tokens per second.'),
};

const milliseconds = (what: string) => notNegative.describe(`${what}, in milliseconds.`);

const fit = z.strictObject({
  model: name.describe('The model the coefficients were measured with.'),
  precision: z.enum(PRECISIONS).describe('The precision of its weights.'),
  gpusPerNode: wholeFrom(1).default(1).describe('Devices the model was split over.'),
  stepMs: milliseconds('Every step'),
  prefillTokenMs: milliseconds('Each prefill token'),
  sequenceMs: milliseconds('Each decoding sequence').default(0),
  kvTokenMs: milliseconds('Each token of context of the decoding sequences, cache in bf16').default(0),
  chunkMs: milliseconds('Each chunk x (prefix + chunk / 2) of a prefill').default(0),
});

/** One of three descriptions: rated (a node and its rates), roofline (a device and its data sheet), fitted. */
export const hardwareClass = z.strictObject({
  tdpWatts: watts.describe('Power at full load: of a node when rated, else of a device.'),
  idleWatts: watts.optional().describe('Power when idle. Default: a tenth of tdpWatts.'),
  wattsByBatch: z
    .strictObject({
      single: watts.describe('With one sequence in the step.'),
      perDoubling: watts.describe('More with every doubling of the sequences.'),
    })
    .optional()
    .describe('Measured power of a device: replaces the power computed from FLOPs and bytes; at most tdpWatts.'),
  memory: bytes.optional().describe('Memory: of a node when rated, else of a device.'),
  usdPerHour: money.optional().describe('Cost per hour: of a node when rated, else of a device. Default: unknown.'),
  slots: wholeFrom(1, 100_000).optional().describe('Rated: requests at a time.'),
  ...ratedSpeed,
  perModel: byName(z.strictObject(ratedSpeed)).optional().describe('Rated: other rates for a model.'),
  bandwidth: bandwidth.optional().describe('Roofline: memory bandwidth of a device.'),
  tflops: z
    .strictObject({
      bf16: positive,
      fp8: positive.optional(),
      int4: positive.optional(),
      fp4: positive.optional(),
    })
    .optional()
    .describe('Roofline: dense teraflops of a device by precision.'),
  link: bandwidth.optional().describe('Roofline: bandwidth between the devices of a node, each direction.'),
  fits: z.array(fit).min(1).optional().describe('Fitted: coefficients of the step time from measurements.'),
});
export type HardwareInput = z.output<typeof hardwareClass>;

const kv = z.strictObject({
  heads: wholeFrom(1).optional().describe('KV heads (grouped attention).'),
  latent: wholeFrom(1).optional().describe('Elements of the latent per token and layer (MLA), instead of heads.'),
});

export const llm = z.strictObject({
  parameters: count.describe('All parameters, such as 8.03B.'),
  activeParameters: count.optional().describe('Parameters used for a token. Default: all.'),
  layers: wholeFrom(1).describe('Transformer layers.'),
  hidden: wholeFrom(1).describe('Width of the residual stream.'),
  heads: wholeFrom(1).describe('Attention heads.'),
  headDim: wholeFrom(1).optional().describe('Default: hidden / heads.'),
  kv: kv.describe('What is cached for a token.'),
  vocabulary: wholeFrom(1).default(128_000).describe('Tokens of the vocabulary.'),
  tiedEmbeddings: z.boolean().default(false).describe('One matrix is both embedding and head.'),
  maxContext: length.describe('Longest context.'),
  nativePrecision: z.enum(PRECISIONS).default('bf16').describe('The widest form in which the weights exist.'),
  moe: z
    .strictObject({
      layers: wholeFrom(1).describe('Layers with experts.'),
      experts: wholeFrom(2).describe('Experts of a layer.'),
      expertsPerToken: wholeFrom(1).describe('Experts a token is sent to.'),
      parametersPerExpert: count.describe('Parameters of one expert of one layer.'),
      alwaysReadParameters: count.describe('Parameters read at every step: attention, shared experts, head.'),
    })
    .optional()
    .describe('Mixture of experts. Default: dense.'),
});
export type LlmInput = z.output<typeof llm>;
