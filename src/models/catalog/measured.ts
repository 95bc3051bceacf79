import type { Precision } from '../scenario.js';

type MeasuredRow = readonly [
  hardware: string,
  model: string,
  precision: Precision,
  points: number,
  tpotMapePct: number,
  ttftMedianPct: number,
];

/** Made by `npm run -s accuracy`: errors against published points that nothing was fitted to, see docs/accuracy.md. */
export const MEASURED: readonly MeasuredRow[] = [
  ['h100', 'qwen3-32b', 'bf16', 28, 1.8, 15],
  ['h100', 'qwen3-32b', 'fp8', 1, 80.3, 322.2],
  ['b200', 'llama-3.1-70b', 'fp4', 20, 5.4, 16.8],
  ['h100', 'llama-3.1-70b', 'fp8', 19, 3.1, 4.7],
  ['h200', 'llama-3.1-70b', 'fp8', 16, 4.2, 6.6],
  ['b200', 'kimi-k2.5', 'fp4', 15, 12.2, 56.2],
  ['b200', 'kimi-k2.5', 'int4', 7, 9.8, 32.6],
  ['b300', 'kimi-k2.5', 'fp4', 6, 17.6, 34.2],
  ['h200', 'llama-3.1-8b', 'fp8', 8, 15, 41.9],
  ['b200', 'gpt-oss-120b', 'fp4', 27, 11.3, 32.8],
  ['h200', 'gpt-oss-120b', 'fp4', 21, 7.4, 10.8],
];
