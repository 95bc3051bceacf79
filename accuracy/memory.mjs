import { findHardware } from '../dist/models/catalog/hardware.js';
import { findLlm } from '../dist/models/catalog/llms.js';
import { kvCapacity } from '../dist/models/kv-capacity.js';

const llama2 = { ...findLlm('llama-3.1-70b'), parameters: { total: 68.977e9, active: 68.977e9 }, vocabulary: 32_000 };
const codellama = {
  ...llama2,
  parameters: { total: 33.744e9, active: 33.744e9 },
  layers: 48,
  kv: { kind: 'split', layers: 48, heads: 8, headDim: 128 },
};

/** Runs whose block count vLLM logged. The reserves in kv-capacity.ts were chosen on them: they check the formula's form. */
const RUNS = [
  ['Llama-3.1-8B, RTX 4090, vLLM 0.19', findLlm('llama-3.1-8b'), 'rtx-4090', 1, 2048, 256, 2588],
  ['Llama-2-70B, 4 x H100, vLLM 0.15', llama2, 'h100', 4, 2048, 128, 31_356],
  ['CodeLlama-34B, 2 x H100, vLLM 0.15', codellama, 'h100', 2, 2048, 128, 26_602],
];

export function blockCounts() {
  return RUNS.map(([name, llm, hardware, devices, maxNumBatchedTokens, maxNumSeqs, logged]) => {
    const { kvBlocks } = kvCapacity({
      llm,
      precision: { weights: 'bf16', kv: 'bf16' },
      devices,
      memoryBytes: findHardware(hardware).memoryBytes.value,
      memoryShare: 0.9,
      blockSize: 16,
      maxNumBatchedTokens,
      maxNumSeqs,
    });
    return { name, logged, computed: kvBlocks };
  });
}
