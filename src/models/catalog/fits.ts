import type { FitForm, FittedStep } from '../fitted.js';
import type { Precision } from '../scenario.js';

/**
 * Step times fitted to measurements, in the milliseconds of their source.
 *
 * Kernel times per device come from ai-dynamo/aiconfigurator at 095f58a (Apache-2.0, vLLM tables 0.14.0 for A100, 0.24.0
 * else) composed to whole steps; the RTX 4090 from casys-kaist/LLMServingSim at 5daddb2 (MIT, vLLM 0.19.0). They hold no
 * processor time; provision.ts adds it.
 *
 * Choice of form: linear5 = a + b*P + c*D + d*KV + e*Q. Where the richer form (hinge6: + h*max(0, T - T0); for mixtures of
 * experts moe6: + h*(1 - (1 - k/E)^(T0*T))) has a mean error at least a tenth smaller, it is taken instead. The error is
 * against the composed tables; against served traffic see docs/validity.md.
 */
type FitRow = readonly [
  hardware: string,
  model: string,
  precision: Precision,
  gpusPerNode: number,
  form: FitForm,
  stepMs: number,
  prefillTokenMs: number,
  sequenceMs: number,
  kvTokenMs: number,
  chunkMs: number,
  extraMs: number,
  knee: number,
  mapePct: number,
];

const PRO = 'rtx-pro-6000-blackwell';

const FIT_ROWS: readonly FitRow[] = [
  ['a100', 'llama-3.1-8b', 'bf16', 1, 'hinge6', 11.034, 0.029297, 0.030251, 8.3351e-5, 2.7907e-6, 0.025665, 192, 2.34],
  ['a100', 'llama-3.1-8b', 'bf16', 2, 'hinge6', 6.7177, 0.023477, 0.022789, 4.2516e-5, 1.2356e-6, 0.011849, 256, 3.06],
  ['a100', 'llama-3.1-70b', 'bf16', 4, 'hinge6', 28.347, 0.088576, 0.081965, 5.7685e-5, 2.7787e-6, 0.068579, 128, 2.53],
  ['a100', 'llama-3.1-70b', 'bf16', 8, 'hinge6', 17.672, 0.075182, 0.072898, 2.7649e-5, 7.0932e-7, 0.034371, 192, 4.62],
  ['a100', 'qwen3-32b', 'bf16', 1, 'hinge6', 44.671, 0.066564, 0.06897, 0.00022456, 1.1871e-5, 0.14951, 128, 2.34],
  ['a100', 'qwen3-32b', 'bf16', 2, 'hinge6', 24.723, 0.071448, 0.070537, 8.6815e-5, 4.9826e-6, 0.053752, 128, 2.78],
  ['a100', 'qwen3-32b', 'bf16', 4, 'hinge6', 15.162, 0.018159, 0.01561, 4.5927e-5, 2.2913e-6, 0.059625, 64, 3.29],
  ['a100', 'qwen3-32b', 'bf16', 8, 'hinge6', 9.4556, 0.040203, 0.038684, 2.2279e-5, 7.5144e-7, 0.014767, 256, 3.32],
  ['a100', 'qwen3-30b-a3b', 'bf16', 1, 'moe6', 7.0323, 0.033278, 0.037919, 8.3784e-5, 4.1944e-6, 37.447, 0.35, 6.06],
  ['a100', 'qwen3-30b-a3b', 'bf16', 2, 'moe6', 4.9948, 0.02507, 0.034208, 3.4088e-5, 1.8335e-6, 16.242, 1, 4.66],
  ['a100', 'qwen3-30b-a3b', 'bf16', 4, 'moe6', 4.3239, 0.014587, 0.014002, 1.6816e-5, 9.2907e-7, 9.0739, 0.7, 3.63],
  ['l40s', 'llama-3.1-8b', 'bf16', 1, 'hinge6', 22.29, 0.03447, 0.032192, 0.00020783, 2.3462e-6, 0.031791, 384, 3.2],
  ['l40s', 'llama-3.1-8b', 'bf16', 2, 'hinge6', 11.808, 0.043803, 0.04001, 9.7544e-5, 1.1373e-6, 0.019773, 256, 3.14],
  ['l40s', 'llama-3.1-8b', 'fp8', 1, 'hinge6', 13.062, 0.02496, 0.020457, 0.00020756, 2.1448e-6, 0.02344, 256, 3.85],
  ['l40s', 'llama-3.1-8b', 'fp8', 2, 'hinge6', 6.8799, 0.043411, 0.039285, 9.5579e-5, 1.0193e-6, 0.010606, 192, 3.78],
  ['l40s', 'qwen3-32b', 'fp8', 2, 'hinge6', 28.4, 0.12809, 0.11483, 0.00020202, 5.5772e-6, 0.041068, 256, 2.75],
  ['l40s', 'qwen3-30b-a3b', 'bf16', 2, 'moe6', 2.818, 0.0392, 0.037982, 5.9476e-5, 1.8532e-6, 42.286, 0.7, 3.46],
  ['l40s', 'gpt-oss-120b', 'fp4', 2, 'moe6', 3.0732, 0.044201, 0.062685, 2.84e-5, 1.293e-6, 40.368, 1, 3.62],
  [PRO, 'llama-3.1-8b', 'bf16', 1, 'hinge6', 10.797, 0.021096, 0.015591, 8.8171e-5, 1.4804e-6, 0.018647, 192, 2.67],
  [PRO, 'llama-3.1-8b', 'bf16', 2, 'hinge6', 6.0468, 0.027902, 0.023587, 4.3714e-5, 5.8411e-7, 0.0092477, 256, 2.96],
  [PRO, 'llama-3.1-8b', 'fp8', 1, 'hinge6', 6.4226, 0.0087067, 0.0047632, 8.8081e-5, 1.4645e-6, 0.015235, 64, 3.46],
  [PRO, 'llama-3.1-8b', 'fp4', 1, 'hinge6', 6.4472, 0.0023424, 0.0006508, 8.7802e-5, 1.5831e-6, 0.013926, 192, 3.4],
  [PRO, 'llama-3.1-70b', 'bf16', 4, 'hinge6', 29.669, 0.19875, 0.18261, 5.7466e-5, 1.5512e-6, 0.034468, 256, 2.39],
  [PRO, 'llama-3.1-70b', 'bf16', 8, 'linear5', 19.975, 0.24332, 0.23373, 3.0087e-5, 1.035e-6, 0, 0, 4.35],
  [PRO, 'llama-3.1-70b', 'fp8', 1, 'hinge6', 51.291, 0.034048, 0.0055819, 0.00019322, 7.1437e-6, 0.15115, 64, 3.31],
  [PRO, 'llama-3.1-70b', 'fp8', 2, 'hinge6', 28.234, 0.080923, 0.058884, 0.00011149, 3.033e-6, 0.094845, 64, 2.98],
  [PRO, 'llama-3.1-70b', 'fp8', 4, 'linear5', 18.555, 0.19343, 0.18618, 5.6692e-5, 1.4702e-6, 0, 0, 2.71],
  [PRO, 'llama-3.1-70b', 'fp8', 8, 'linear5', 15.982, 0.23189, 0.23857, 2.971e-5, 5.6989e-7, 0, 0, 5.01],
  [PRO, 'llama-3.1-70b', 'fp4', 1, 'hinge6', 38.693, 0.0033805, 0, 0.00021097, 7.5481e-6, 0.11842, 128, 4.7],
  [PRO, 'llama-3.1-70b', 'fp4', 2, 'hinge6', 24.084, 0.016895, 0.002238, 0.00011177, 3.2326e-6, 0.1279, 96, 2.97],
  [PRO, 'llama-3.1-70b', 'fp4', 4, 'hinge6', 18.132, 0.14985, 0.13947, 5.6697e-5, 1.6918e-6, 0.024191, 96, 2.71],
  [PRO, 'qwen3-32b', 'bf16', 1, 'hinge6', 44.982, 0.076551, 0.054557, 0.00018636, 5.9009e-6, 0.086214, 192, 2.65],
  [PRO, 'qwen3-32b', 'bf16', 2, 'hinge6', 24.227, 0.079443, 0.062499, 9.0525e-5, 2.6586e-6, 0.042607, 192, 2.32],
  [PRO, 'qwen3-32b', 'bf16', 4, 'linear5', 15.454, 0.11052, 0.10246, 4.4845e-5, 1.683e-6, 0, 0, 3],
  [PRO, 'qwen3-32b', 'bf16', 8, 'linear5', 12.248, 0.12305, 0.12536, 2.3388e-5, 5.9979e-7, 0, 0, 5.06],
  [PRO, 'qwen3-32b', 'fp8', 1, 'hinge6', 24.8, 0.036936, 0.019215, 0.00018408, 5.8118e-6, 0.058375, 96, 3.46],
  [PRO, 'qwen3-32b', 'fp8', 2, 'hinge6', 14.284, 0.055832, 0.042569, 8.8673e-5, 2.6057e-6, 0.033545, 96, 3.06],
  [PRO, 'qwen3-32b', 'fp8', 4, 'linear5', 10.992, 0.097866, 0.097938, 4.4529e-5, 1.3355e-6, 0, 0, 3.81],
  [PRO, 'qwen3-32b', 'fp4', 1, 'hinge6', 21.524, 0.011457, 0.0041062, 0.00018031, 6.1794e-6, 0.051929, 192, 3.18],
  [PRO, 'qwen3-32b', 'fp4', 2, 'hinge6', 13.577, 0.019404, 0.0081409, 8.8908e-5, 3.0086e-6, 0.05161, 96, 2.82],
  [PRO, 'qwen3-30b-a3b', 'bf16', 1, 'moe6', 2.6379, 0.01909, 0.01917, 6.6164e-5, 2.8559e-6, 36.106, 1, 3.34],
  [PRO, 'qwen3-30b-a3b', 'bf16', 2, 'moe6', 3.3446, 0.022696, 0.021693, 3.3222e-5, 1.3962e-6, 17.773, 1, 2.52],
  [PRO, 'qwen3-30b-a3b', 'bf16', 4, 'moe6', 4.2684, 0.02752, 0.023913, 1.6131e-5, 7.4392e-7, 12.31, 0.5, 3.11],
  [PRO, 'qwen3-30b-a3b', 'bf16', 8, 'moe6', 5.445, 0.03344, 0.030045, 1.5581e-5, 5.2691e-7, 10.05, 0.25, 5.71],
  [PRO, 'qwen3-30b-a3b', 'fp4', 1, 'moe6', 5.1088, 0.010329, 0.0092589, 6.6257e-5, 2.5124e-6, 10.267, 1, 2.5],
  [PRO, 'qwen3-30b-a3b', 'fp4', 2, 'moe6', 5.2874, 0.018583, 0.015935, 3.2848e-5, 1.2282e-6, 5.1108, 1, 3.04],
  [PRO, 'gpt-oss-120b', 'fp4', 1, 'moe6', 3.4755, 0.031664, 0.050994, 2.9617e-5, 1.2532e-6, 35.073, 1, 5.25],
  [PRO, 'gpt-oss-120b', 'fp4', 2, 'moe6', 2.7763, 0.030191, 0.037975, 1.2901e-5, 5.5977e-7, 18.85, 1, 3.83],
  [PRO, 'gpt-oss-120b', 'fp4', 4, 'moe6', 3.0464, 0.031881, 0.035606, 6.1803e-6, 3.6727e-7, 11.809, 1, 2.96],
  [PRO, 'gpt-oss-120b', 'fp4', 8, 'moe6', 3.7773, 0.036091, 0.035804, 3.0535e-6, 2.3363e-7, 9.1156, 0.7, 5.22],
  ['h100', 'llama-3.1-8b', 'bf16', 1, 'hinge6', 6.5562, 0.011221, 0.011859, 4.1624e-5, 6.632e-7, 0.0091618, 512, 2.47],
  [
    'h100',
    'llama-3.1-8b',
    'bf16',
    2,
    'hinge6',
    4.1487,
    0.0086913,
    0.0091303,
    2.0836e-5,
    2.8928e-7,
    0.0043777,
    512,
    2.09,
  ],
  ['h100', 'llama-3.1-8b', 'fp8', 1, 'linear5', 4.5876, 0.01748, 0.011787, 4.3014e-5, 3.0045e-7, 0, 0, 6.42],
  ['h100', 'llama-3.1-70b', 'bf16', 4, 'hinge6', 15.615, 0.036327, 0.036497, 2.7939e-5, 7.3722e-7, 0.026153, 384, 1.83],
  [
    'h100',
    'llama-3.1-70b',
    'bf16',
    8,
    'hinge6',
    10.298,
    0.032454,
    0.031921,
    1.3773e-5,
    2.0791e-7,
    0.0070982,
    512,
    2.54,
  ],
  ['h100', 'llama-3.1-70b', 'fp8', 2, 'hinge6', 17.368, 0.049259, 0.020738, 6.3548e-5, 0, 0.039486, 96, 7.34],
  ['h100', 'llama-3.1-70b', 'fp8', 4, 'linear5', 11.102, 0.056531, 0.041864, 2.7743e-5, 0, 0, 0, 6.34],
  ['h100', 'llama-3.1-70b', 'fp8', 8, 'linear5', 8.6192, 0.038967, 0.033348, 1.3742e-5, 0, 0, 0, 5.02],
  ['h100', 'qwen3-32b', 'bf16', 1, 'hinge6', 24.785, 0.035186, 0.027698, 0.00012582, 2.3914e-6, 0.061025, 384, 3.52],
  ['h100', 'qwen3-32b', 'bf16', 2, 'hinge6', 14.16, 0.025189, 0.025618, 4.3115e-5, 1.2836e-6, 0.027653, 384, 3.5],
  ['h100', 'qwen3-32b', 'bf16', 4, 'hinge6', 8.7963, 0.019886, 0.019358, 2.1536e-5, 5.5187e-7, 0.0091442, 256, 2.7],
  ['h100', 'qwen3-32b', 'bf16', 8, 'linear5', 6.2441, 0.018583, 0.017282, 1.0834e-5, 2.1565e-7, 0, 0, 2.94],
  ['h100', 'qwen3-32b', 'fp8', 1, 'linear5', 14.486, 0.070445, 0.044122, 9.3387e-5, 1.491e-6, 0, 0, 8.39],
  ['h100', 'qwen3-32b', 'fp8', 2, 'linear5', 9.4446, 0.044827, 0.031562, 4.3366e-5, 3.6479e-7, 0, 0, 6.84],
  ['h100', 'qwen3-32b', 'fp8', 4, 'linear5', 6.9954, 0.029823, 0.02438, 2.1642e-5, 4.6638e-8, 0, 0, 5.1],
  ['h100', 'qwen3-30b-a3b', 'bf16', 1, 'moe6', 3.9658, 0.010167, 0.012872, 3.3051e-5, 1.2193e-6, 18.334, 1, 2.6],
  ['h100', 'qwen3-30b-a3b', 'bf16', 2, 'moe6', 3.553, 0.0083575, 0.010112, 1.5894e-5, 5.101e-7, 9.6709, 1, 2.25],
  ['h100', 'qwen3-30b-a3b', 'bf16', 4, 'moe6', 3.5149, 0.0073691, 0.0087314, 7.965e-6, 1.8164e-7, 5.7466, 0.7, 3.02],
  ['h100', 'qwen3-30b-a3b', 'bf16', 8, 'moe6', 3.343, 0.0069802, 0.0063267, 8.0216e-6, 3.9892e-10, 3.6956, 1, 2.43],
  ['h100', 'gpt-oss-120b', 'fp4', 1, 'moe6', 4.2002, 0.025555, 0.034426, 1.5034e-5, 5.8266e-8, 18.676, 1, 5.03],
  ['h100', 'gpt-oss-120b', 'fp4', 2, 'moe6', 3.6251, 0.016291, 0.022239, 6.0588e-6, 0, 10.33, 1, 4.03],
  ['h100', 'gpt-oss-120b', 'fp4', 4, 'moe6', 3.2648, 0.0107, 0.012643, 2.9252e-6, 0, 5.3107, 1, 3.85],
  ['h100', 'gpt-oss-120b', 'fp4', 8, 'moe6', 3.1237, 0.007309, 0.0075933, 1.4643e-6, 0, 3.3107, 1, 3.31],
  ['h200', 'llama-3.1-8b', 'bf16', 1, 'hinge6', 5.0635, 0.010419, 0.013736, 2.8856e-5, 6.4253e-7, 0.0097565, 384, 2.64],
  ['h200', 'llama-3.1-8b', 'fp8', 1, 'linear5', 3.8716, 0.01659, 0.014902, 2.9768e-5, 1.12e-7, 0, 0, 9.04],
  ['h200', 'llama-3.1-70b', 'bf16', 2, 'hinge6', 21.231, 0.038873, 0.04075, 3.7523e-5, 1.5464e-6, 0.065422, 256, 2.45],
  ['h200', 'llama-3.1-70b', 'bf16', 4, 'hinge6', 12.554, 0.035126, 0.035748, 1.8589e-5, 8.2203e-7, 0.024126, 256, 2.06],
  ['h200', 'llama-3.1-70b', 'bf16', 8, 'hinge6', 8.6788, 0.028884, 0.02813, 9.5179e-6, 2.4536e-7, 0.0084574, 256, 2.16],
  ['h200', 'llama-3.1-70b', 'fp8', 1, 'linear5', 21.04, 0.13248, 0.068962, 9.9463e-5, 0, 0, 0, 12.75],
  ['h200', 'llama-3.1-70b', 'fp8', 2, 'linear5', 13.645, 0.079667, 0.05438, 3.8993e-5, 0, 0, 0, 10.62],
  ['h200', 'llama-3.1-70b', 'fp8', 4, 'linear5', 9.8983, 0.052991, 0.042262, 1.8522e-5, 0, 0, 0, 8.12],
  ['h200', 'qwen3-32b', 'bf16', 1, 'hinge6', 19.258, 0.029818, 0.033988, 6.3871e-5, 2.8719e-6, 0.058604, 256, 3.45],
  ['h200', 'qwen3-32b', 'bf16', 2, 'hinge6', 11.274, 0.023755, 0.025036, 2.9846e-5, 1.1925e-6, 0.025393, 256, 2.57],
  ['h200', 'qwen3-32b', 'bf16', 4, 'hinge6', 7.3246, 0.019761, 0.020226, 1.4831e-5, 6.0185e-7, 0.0090174, 256, 2.42],
  ['h200', 'qwen3-32b', 'fp8', 1, 'linear5', 11.954, 0.067252, 0.045612, 6.6961e-5, 1.0785e-6, 0, 0, 10.82],
  ['h200', 'qwen3-32b', 'fp8', 2, 'linear5', 8.2233, 0.042116, 0.033514, 3.0709e-5, 1.4009e-7, 0, 0, 8.94],
  ['h200', 'qwen3-30b-a3b', 'bf16', 1, 'moe6', 3.712, 0.0098444, 0.015175, 2.2311e-5, 1.0612e-6, 12.907, 1, 2.96],
  ['h200', 'qwen3-30b-a3b', 'bf16', 2, 'moe6', 3.9806, 0.0078841, 0.0099237, 1.0946e-5, 5.218e-7, 6.9626, 0.7, 2.36],
  ['h200', 'qwen3-30b-a3b', 'bf16', 4, 'moe6', 3.8474, 0.0071255, 0.0073044, 5.6223e-6, 1.4323e-7, 4.1773, 0.5, 2.87],
  ['h200', 'gpt-oss-120b', 'fp4', 1, 'moe6', 3.7804, 0.026196, 0.040039, 9.0003e-6, 0, 17.856, 1, 5.85],
  ['h200', 'gpt-oss-120b', 'fp4', 2, 'moe6', 3.4595, 0.016057, 0.023356, 4.134e-6, 0, 9.8699, 1, 4.92],
  ['h200', 'gpt-oss-120b', 'fp4', 4, 'moe6', 3.3719, 0.010403, 0.012339, 2.0657e-6, 0, 5.0311, 0.7, 4.58],
  ['b200', 'llama-3.1-8b', 'bf16', 1, 'hinge6', 3.5854, 0.0057029, 0.0050538, 1.7979e-5, 2.97e-7, 0.0039426, 256, 2.47],
  ['b200', 'llama-3.1-8b', 'fp8', 1, 'linear5', 3.2383, 0.0078026, 0.0052386, 1.789e-5, 2.6967e-7, 0, 0, 4.55],
  ['b200', 'llama-3.1-8b', 'fp4', 1, 'linear5', 2.5787, 0.0050547, 0.0043452, 1.7949e-5, 2.5512e-7, 0, 0, 3.42],
  ['b200', 'llama-3.1-70b', 'bf16', 1, 'hinge6', 24.139, 0.031286, 0.021616, 6.1224e-5, 1.8697e-6, 0.0558, 256, 2.49],
  ['b200', 'llama-3.1-70b', 'bf16', 2, 'hinge6', 14.736, 0.040251, 0.034006, 2.2873e-5, 6.5681e-7, 0.010711, 256, 2.2],
  ['b200', 'llama-3.1-70b', 'bf16', 4, 'linear5', 9.7178, 0.03124, 0.025528, 1.1853e-5, 2.9665e-7, 0, 0, 2.58],
  ['b200', 'llama-3.1-70b', 'bf16', 8, 'linear5', 7.9651, 0.020858, 0.016423, 6.1167e-6, 8.9327e-8, 0, 0, 4.27],
  ['b200', 'llama-3.1-70b', 'fp8', 1, 'linear5', 16.006, 0.053044, 0.03626, 4.8214e-5, 1.8214e-6, 0, 0, 6.25],
  ['b200', 'llama-3.1-70b', 'fp8', 2, 'linear5', 12.386, 0.038129, 0.035702, 2.2496e-5, 4.7268e-7, 0, 0, 4.54],
  ['b200', 'llama-3.1-70b', 'fp8', 4, 'linear5', 9.9252, 0.027013, 0.022757, 1.132e-5, 1.594e-7, 0, 0, 4.83],
  ['b200', 'llama-3.1-70b', 'fp4', 1, 'hinge6', 11.428, 0.015677, 0.0089959, 4.6144e-5, 1.4486e-6, 0.022394, 64, 4.37],
  ['b200', 'llama-3.1-70b', 'fp4', 2, 'linear5', 9.0714, 0.028448, 0.030458, 2.2806e-5, 4.4857e-7, 0, 0, 6.03],
  ['b200', 'qwen3-32b', 'bf16', 1, 'hinge6', 12.713, 0.018792, 0.011855, 3.7578e-5, 1.3296e-6, 0.023938, 256, 3.49],
  ['b200', 'qwen3-32b', 'bf16', 2, 'linear5', 8.234, 0.024462, 0.020247, 1.8331e-5, 5.4314e-7, 0, 0, 2.71],
  ['b200', 'qwen3-32b', 'bf16', 4, 'linear5', 6.3109, 0.015429, 0.013718, 9.3191e-6, 2.5352e-7, 0, 0, 3.54],
  ['b200', 'qwen3-32b', 'fp8', 1, 'linear5', 8.8962, 0.031594, 0.023327, 3.6126e-5, 1.1672e-6, 0, 0, 5.25],
  ['b200', 'qwen3-32b', 'fp8', 2, 'linear5', 7.7271, 0.022306, 0.020807, 1.8147e-5, 3.3575e-7, 0, 0, 5.96],
  ['b200', 'qwen3-32b', 'fp4', 1, 'linear5', 6.8506, 0.018397, 0.015184, 3.7183e-5, 1.406e-6, 0, 0, 4.25],
  ['b200', 'qwen3-30b-a3b', 'bf16', 1, 'moe6', 2.8605, 0.0046158, 0.004937, 1.3632e-5, 5.2448e-7, 8.2116, 0.7, 3.42],
  ['b200', 'qwen3-30b-a3b', 'bf16', 2, 'moe6', 3.3598, 0.0049546, 0.004679, 6.8917e-6, 1.7804e-7, 4.4781, 0.5, 3.5],
  ['b200', 'qwen3-30b-a3b', 'fp4', 1, 'moe6', 2.9517, 0.0037851, 0.0032213, 1.3814e-5, 4.6481e-7, 2.7597, 0.5, 2.53],
  ['b200', 'gpt-oss-120b', 'fp4', 1, 'moe6', 3.0867, 0.0094071, 0.012324, 6.1371e-6, 5.6535e-7, 19.707, 0.25, 8.43],
  ['b200', 'gpt-oss-120b', 'fp4', 2, 'moe6', 3.1611, 0.006839, 0.0083034, 2.6368e-6, 2.3118e-7, 10.39, 0.25, 6.39],
  ['b200', 'gpt-oss-120b', 'fp4', 4, 'moe6', 2.7344, 0.0043639, 0.0043999, 1.2965e-6, 1.2962e-7, 6.4024, 0.25, 4.95],
  ['gb200', 'llama-3.1-8b', 'bf16', 1, 'hinge6', 3.506, 0.006563, 0.0058267, 1.7125e-5, 2.6985e-7, 0.0032045, 512, 2.9],
  ['gb200', 'llama-3.1-8b', 'fp8', 1, 'linear5', 3.1559, 0.0072769, 0.0055645, 1.7157e-5, 2.3635e-7, 0, 0, 3.84],
  ['gb200', 'llama-3.1-8b', 'fp4', 1, 'linear5', 2.612, 0.0049327, 0.0038556, 1.7302e-5, 2.2835e-7, 0, 0, 3.43],
  [
    'gb200',
    'llama-3.1-70b',
    'bf16',
    1,
    'hinge6',
    23.084,
    0.041374,
    0.034273,
    4.7762e-5,
    1.8833e-6,
    0.074856,
    512,
    4.51,
  ],
  ['gb200', 'llama-3.1-70b', 'bf16', 2, 'hinge6', 14.46, 0.032009, 0.025899, 2.2095e-5, 9.4072e-7, 0.032912, 256, 3.87],
  ['gb200', 'llama-3.1-70b', 'bf16', 4, 'linear5', 9.083, 0.030772, 0.024237, 1.1366e-5, 3.7794e-7, 0, 0, 2.66],
  ['gb200', 'llama-3.1-70b', 'fp8', 1, 'linear5', 15.119, 0.049227, 0.035984, 4.5659e-5, 1.2465e-6, 0, 0, 5.1],
  ['gb200', 'llama-3.1-70b', 'fp8', 2, 'linear5', 10.773, 0.045537, 0.035125, 2.173e-5, 3.6629e-7, 0, 0, 4.22],
  ['gb200', 'llama-3.1-70b', 'fp8', 4, 'linear5', 8.7334, 0.027207, 0.024579, 1.1085e-5, 0, 0, 0, 5.46],
  [
    'gb200',
    'llama-3.1-70b',
    'fp4',
    1,
    'hinge6',
    11.721,
    0.0061907,
    1.2873e-5,
    4.5627e-5,
    1.0221e-6,
    0.030736,
    64,
    5.07,
  ],
  ['gb200', 'llama-3.1-70b', 'fp4', 2, 'hinge6', 8.6346, 0.0052761, 0, 2.2404e-5, 3.5911e-7, 0.032257, 32, 3.87],
  ['gb200', 'qwen3-32b', 'bf16', 1, 'hinge6', 12.006, 0.023613, 0.019274, 3.5779e-5, 1.4673e-6, 0.018962, 512, 3.73],
  ['gb200', 'qwen3-32b', 'bf16', 2, 'hinge6', 7.9938, 0.018443, 0.014589, 1.7737e-5, 6.655e-7, 0.010481, 256, 3.17],
  ['gb200', 'qwen3-32b', 'bf16', 4, 'linear5', 5.8082, 0.01562, 0.012176, 9.0905e-6, 1.7949e-7, 0, 0, 2.83],
  ['gb200', 'qwen3-32b', 'fp8', 1, 'linear5', 8.9023, 0.026192, 0.022772, 3.4313e-5, 1.0317e-6, 0, 0, 4.74],
  ['gb200', 'qwen3-32b', 'fp8', 2, 'linear5', 6.8983, 0.023624, 0.0193, 1.7602e-5, 4.1097e-7, 0, 0, 3.66],
  ['gb200', 'qwen3-32b', 'fp4', 1, 'hinge6', 7.2037, 0.0054761, 0.0032101, 3.5173e-5, 1.076e-6, 0.013101, 64, 3.38],
  ['gb200', 'qwen3-30b-a3b', 'bf16', 1, 'moe6', 2.9405, 0.0042872, 0.0044446, 1.3199e-5, 5.1081e-7, 7.8826, 0.7, 3.43],
  ['gb200', 'qwen3-30b-a3b', 'bf16', 2, 'moe6', 3.3067, 0.0050662, 0.0039379, 6.7703e-6, 2.4413e-7, 4.0235, 0.5, 2.77],
  ['gb200', 'qwen3-30b-a3b', 'fp4', 1, 'moe6', 3.0118, 0.0033616, 0.0026947, 1.3323e-5, 4.7113e-7, 2.7301, 0.5, 2.58],
  ['gb200', 'gpt-oss-120b', 'fp4', 1, 'moe6', 2.9125, 0.010017, 0.013874, 5.4148e-6, 4.7671e-7, 16.27, 0.35, 8.05],
  ['gb200', 'gpt-oss-120b', 'fp4', 2, 'moe6', 3.0366, 0.0076868, 0.0080044, 2.6793e-6, 2.2606e-7, 9.1411, 0.25, 6.09],
  ['gb200', 'gpt-oss-120b', 'fp4', 4, 'moe6', 2.6221, 0.004716, 0.0044564, 1.2604e-6, 7.9527e-8, 5.5088, 0.25, 4.84],
  ['rtx-4090', 'llama-3.1-8b', 'bf16', 1, 'linear5', 15.106, 0.075952, 0.044801, 0.00020098, 4.5411e-6, 0, 0, 7.64],
];

/**
 * On four and more L40S the source's all-reduce moves 3.7 GB/s (four) and 1.9 GB/s (eight) over links of 32 GB/s, where its
 * own pair of cards reaches 16 GB/s: a machine that copies between sockets through main memory. A 70B model would prefill
 * 850 tokens/s on four cards, fewer than the 1,479 that llama.cpp measured without any tensor parallelism.
 */
const SLOW_BUS = 'all-reduces at under 4 GB/s over 32 GB/s links, slower than no tensor parallelism at all';

type RefusedRow = readonly [hardware: string, model: string, precision: Precision, gpusPerNode: number, why: string];

/** Fits that exist but are not used, and why; the roofline serves instead. */
const REFUSED_ROWS: readonly RefusedRow[] = [
  ['l40s', 'llama-3.1-70b', 'bf16', 4, SLOW_BUS],
  ['l40s', 'llama-3.1-70b', 'fp8', 2, 'reads a KV token in 111.5 ns where the bandwidth bound is 189.6 ns'],
  ['l40s', 'qwen3-32b', 'bf16', 2, 'reads a KV token in 117.5 ns where the bandwidth bound is 151.7 ns'],
  ['l40s', 'qwen3-32b', 'fp8', 1, 'reads a KV token in 286.8 ns where the bandwidth bound is 303.4 ns'],
  [PRO, 'llama-3.1-70b', 'bf16', 2, 'reads a KV token in 86.2 ns where the bandwidth bound is 91.4 ns'],
  ['gb200', 'qwen3-30b-a3b', 'fp8', 1, 'reads a KV token in 11.2 ns where the bandwidth bound is 12.3 ns'],
  ['gb200', 'qwen3-30b-a3b', 'fp8', 2, 'reads a KV token in 5.9 ns where the bandwidth bound is 6.1 ns'],
  ['l40s', 'llama-3.1-8b', 'bf16', 4, SLOW_BUS],
  ['l40s', 'llama-3.1-70b', 'bf16', 8, SLOW_BUS],
  ['l40s', 'llama-3.1-70b', 'fp8', 4, SLOW_BUS],
  ['l40s', 'llama-3.1-70b', 'fp8', 8, SLOW_BUS],
  ['l40s', 'qwen3-32b', 'bf16', 4, SLOW_BUS],
  ['l40s', 'qwen3-32b', 'bf16', 8, SLOW_BUS],
  ['l40s', 'qwen3-32b', 'fp8', 4, SLOW_BUS],
  ['l40s', 'qwen3-32b', 'fp8', 8, SLOW_BUS],
  ['l40s', 'qwen3-30b-a3b', 'bf16', 4, SLOW_BUS],
  ['l40s', 'qwen3-30b-a3b', 'bf16', 8, SLOW_BUS],
  ['l40s', 'qwen3-30b-a3b', 'fp8', 1, 'takes 31.7 ms for its smallest step where bf16 takes 2.8 ms'],
  ['l40s', 'qwen3-30b-a3b', 'fp8', 2, 'takes 32.3 ms for its smallest step where bf16 takes 2.8 ms'],
  ['l40s', 'gpt-oss-120b', 'fp4', 4, SLOW_BUS],
  ['l40s', 'gpt-oss-120b', 'fp4', 8, SLOW_BUS],
  ['h100', 'qwen3-30b-a3b', 'fp8', 1, 'takes 8.9 ms for its smallest step where bf16 takes 4.0 ms'],
  ['h100', 'qwen3-30b-a3b', 'fp8', 2, 'takes 9.1 ms for its smallest step where bf16 takes 3.6 ms'],
  ['h200', 'qwen3-30b-a3b', 'fp8', 1, 'takes 8.4 ms for its smallest step where bf16 takes 3.7 ms'],
  ['h200', 'qwen3-30b-a3b', 'fp8', 2, 'takes 9.0 ms for its smallest step where bf16 takes 4.0 ms'],
  ['b200', 'qwen3-30b-a3b', 'fp8', 1, 'takes 21.9 ms for its smallest step where bf16 takes 2.9 ms'],
  ['b200', 'qwen3-30b-a3b', 'fp8', 2, 'takes 25.0 ms for its smallest step where bf16 takes 3.4 ms'],
];

export const FITS: readonly FittedStep[] = FIT_ROWS.map((row) => ({
  hardware: row[0],
  model: row[1],
  precision: row[2],
  gpusPerNode: row[3],
  form: row[4],
  stepMs: row[5],
  prefillTokenMs: row[6],
  sequenceMs: row[7],
  kvTokenMs: row[8],
  chunkMs: row[9],
  extraMs: row[10],
  knee: row[11],
  mapePct: row[12],
  source: row[0] === 'rtx-4090' ? 'LLMServingSim profile, vLLM 0.19.0' : 'aiconfigurator tables for vLLM',
}));

/** Why no fit of this configuration is used although one exists; undefined: none exists. */
export function refusedFit(
  hardware: string,
  model: string,
  precision: Precision,
  gpusPerNode: number,
): string | undefined {
  return REFUSED_ROWS.find(
    (row) => row[0] === hardware && row[1] === model && row[2] === precision && row[3] === gpusPerNode,
  )?.[4];
}

/**
 * How much slower decode attention reads its KV when prefill chunks share the step, by chip and by query heads per KV head.
 * Fitted to casys-kaist/LLMServingSim mixed-batch profiles (MIT). Other chips: the sources show no such data, factor 1.
 */
const MIXED_DECODE: readonly (readonly [hardware: readonly string[], queriesPerKvHead: number, factor: number])[] = [
  // Measured on the RTX 4090; the L40S, L4 and RTX 6000 Ada are the same chip generation and run the same kernels: assumed.
  [['rtx-4090', 'l40s', 'l4', 'rtx-6000-ada'], 4, 1.85],
  // Measured on the 600 W card; the Max-Q is the same chip at lower clocks: assumed.
  [[PRO, 'rtx-pro-6000-blackwell-max-q'], 4, 1.5],
  [[PRO, 'rtx-pro-6000-blackwell-max-q'], 8, 2.65],
];

/** The factor of the nearest measured head ratio of this chip. */
export function mixedDecodeFactor(hardware: string, queriesPerKvHead: number): number {
  let nearest = Number.POSITIVE_INFINITY;
  let factor = 1;
  for (const [names, ratio, measured] of MIXED_DECODE) {
    const distance = Math.abs(ratio - queriesPerKvHead);
    if (names.includes(hardware) && distance < nearest) {
      nearest = distance;
      factor = measured;
    }
  }
  return factor;
}
