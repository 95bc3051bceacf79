import { findHardware } from '../dist/models/catalog/hardware.js';
import { findLlm } from '../dist/models/catalog/llms.js';
import { ENGINE_VERSIONS } from '../dist/models/engine.js';
import { kvCapacity } from '../dist/models/kv-capacity.js';

const GIB = 1_073_741_824;
const SHARE = 0.9;

/** As much of a model as memory depends on; the figures are those of the published configuration. */
const dense = (parameters, hidden, vocabulary, layers, kvHeads) => ({
  parameters: { total: parameters, active: parameters },
  hidden,
  vocabulary,
  kv: { kind: 'split', layers, heads: kvHeads, headDim: 128 },
  constantStateBytes: 0,
  checkpointBytes: {},
});

const llama31 = findLlm('llama-3.1-70b');
const nemo = dense(12_247_782_400, 5120, 131_072, 40, 8);
const qwen25 = dense(7_615_616_512, 3584, 152_064, 28, 4);

/**
 * Blocks that vLLM logged, bf16, utilisation 0.9. The first run: casys-kaist/LLMServingSim (MIT). The others: inference-sim/
 * inference-sim (Apache-2.0), the steps it recorded (Llama-2-70B, CodeLlama) and the cases in testdata/trained_physics_iter29.json,
 * all with 128 seats. (testdata/roofline_goldendataset.json gives both runs of Llama-3.1-70B, and both of Qwen2.5-7B, one count:
 * that of fewer tokens.) Its runs of Llama-4-Scout are left out: what their 8-bit checkpoint takes is not known here.
 */
const RUNS = [
  // Name, model, hardware, devices, tokens a step, seats, version whose rules held, blocks.
  ['Llama-3.1-8B, RTX 4090, vLLM 0.19', findLlm('llama-3.1-8b'), 'rtx-4090', 1, 2048, 256, '0.23', 2588],
  ['Llama-2-7B, H100', dense(6_738_415_616, 4096, 32_000, 32, 32), 'h100', 1, 2048, 128, '0.16', 7463],
  ['Llama-2-70B, 4 x H100', dense(68_976_648_192, 8192, 32_000, 80, 8), 'h100', 4, 2048, 128, '0.16', 31_356],
  ['CodeLlama-34B, 2 x H100', dense(33_743_970_304, 8192, 32_000, 48, 8), 'h100', 2, 2048, 128, '0.16', 26_602],
  ['Yi-34B, 2 x H100', dense(34_388_917_248, 7168, 64_000, 60, 8), 'h100', 2, 2048, 128, '0.16', 20_793],
  ['Llama-3.1-70B, 4 x H100', llama31, 'h100', 4, 2048, 128, '0.16', 30_425],
  ['the same, 8,192 tokens a step', llama31, 'h100', 4, 8192, 128, '0.16', 30_251],
  ['Mistral-Nemo, H100', nemo, 'h100', 1, 2048, 128, '0.16', 19_251],
  ['the same, 2 x H100, 1,024 tokens a step', nemo, 'h100', 2, 1024, 128, '0.16', 48_009],
  ['Qwen2.5-7B, H100', qwen25, 'h100', 1, 2048, 128, '0.16', 65_352],
  ['the same, 1,024 tokens a step', qwen25, 'h100', 1, 1024, 128, '0.16', 65_368],
];

/**
 * KV memory in GiB that vLLM logged on one H100, bf16, utilisation 0.9: llm-d/llm-d-benchmark, config_explorer/
 * empirical-vllm-memory-results.md. It names no version: options that it quotes and models that it runs are of late 2025, when
 * logits were sorted. Seats and tokens are taken to be the defaults. Its runs with weights in 8 and 4 bits are left out, as above.
 */
const UNSEEN = [
  ['Llama-3.1-8B', findLlm('llama-3.1-8b'), 51.38],
  ['Qwen3-32B', findLlm('qwen3-32b'), 4.45],
  ['Qwen3-0.6B', dense(596_049_920, 1024, 151_936, 28, 8), 64.45],
];

export function blockCounts() {
  return RUNS.map(([name, llm, hardware, devices, maxNumBatchedTokens, maxNumSeqs, version, logged]) => {
    const { kvBlocks } = capacity({ llm, hardware, devices, maxNumBatchedTokens, maxNumSeqs, version });
    return { name, logged, computed: kvBlocks };
  });
}

/** Logged and computed GiB, and their difference as a share of all memory that vLLM may take. */
export function unseenMemory() {
  const limits = { maxNumBatchedTokens: 8192, maxNumSeqs: 1024 };
  return UNSEEN.map(([name, llm, logged]) => {
    const { kvBytesPerDevice } = capacity({ llm, hardware: 'h100', devices: 1, ...limits, version: '0.12' });
    const computed = kvBytesPerDevice / GIB;
    const share = (SHARE * findHardware('h100').memoryBytes.value) / GIB;
    return { name, logged, computed, error: (computed - logged) / share };
  });
}

function capacity({ hardware, version, ...request }) {
  return kvCapacity({
    ...request,
    precision: { weights: 'bf16', kv: 'bf16' },
    memoryBytes: findHardware(hardware).memoryBytes.value,
    memoryShare: SHARE,
    blockSize: 16,
    sortsLogits: ENGINE_VERSIONS[version].sortsLogits,
  });
}
