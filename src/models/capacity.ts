import { type EngineConfig, UNLIMITED_KV_BLOCKS } from './engine.js';
import { type StepCoefficients, tableAt } from './step-time.js';

/** Batch sizes tried between next to nothing and the largest that fits. */
const TRIALS = 96;

/**
 * Requests per second that one node can sustain at these mean lengths, in the steady state of continuous batching.
 *
 * With r requests entering per step, each step carries P = r*prompt prefill tokens and D = r*(output - 1) decodes at a mean
 * context of prompt + output/2, and takes t(r) by the step-time formula; the node completes r/t(r). r is bounded by
 *   seats:  D + r <= maxNumSeqs
 *   KV:     D*(prompt + output/2) + P <= tokens of KV
 *   budget: P + D <= token budget of a step
 * and the best r within the bounds counts. Means stand for the distributions: long tails, queueing and bursts make the
 * real limit some lower. A prefix cache makes it higher.
 */
export function sustainableRequestsPerSecond(node: TimedNode, meanPrompt: number, meanOutput: number): number {
  return steadyState(node, meanPrompt, meanOutput).requestsPerSecond;
}

interface TimedNode {
  readonly stepTime: StepCoefficients;
  readonly engine: EngineConfig;
}

/** A node at its best rate, by the mean step. */
export interface SteadyState {
  readonly requestsPerSecond: number;
  readonly stepSeconds: number;
  /** Of a step: requests that enter, sequences that decode, tokens of context these have together. */
  readonly entering: number;
  readonly decodes: number;
  readonly kvTokens: number;
}

/** `cached`: of the prompt, what the prefix cache holds already and nobody computes again. */
export function steadyState(
  { stepTime, engine }: TimedNode,
  prompt: number,
  output: number,
  cached: number = 0,
): SteadyState {
  const most = mostEntering(engine, prompt, output, cached);
  let best = 0;
  let bestEntering = 0;
  for (let trial = 1; trial <= TRIALS; trial++) {
    const entering = (most * trial) / TRIALS;
    const rate = entering / stepSeconds(stepTime, entering, prompt, output, cached);
    if (rate > best) [best, bestEntering] = [rate, entering];
  }
  const decodes = bestEntering * Math.max(0, output - 1);
  return {
    requestsPerSecond: best,
    stepSeconds: bestEntering / best,
    entering: bestEntering,
    decodes,
    kvTokens: decodes * (prompt + output / 2),
  };
}

/** The largest number of requests that can enter per step on average. */
function mostEntering(engine: EngineConfig, prompt: number, output: number, cached: number): number {
  const decodes = Math.max(0, output - 1);
  const budget = Math.min(engine.maxNumBatchedTokens, engine.maxNumScheduledTokens ?? Number.POSITIVE_INFINITY);
  const bySeats = engine.maxNumSeqs / (decodes + 1);
  const byBudget = budget / (prompt - cached + decodes);
  if (engine.kvBlocks === UNLIMITED_KV_BLOCKS) return Math.min(bySeats, byBudget);
  const kvTokens = (engine.kvBlocks - 1) * engine.blockSize;
  return Math.min(bySeats, byBudget, kvTokens / (decodes * (prompt + output / 2) + prompt));
}

function stepSeconds(step: StepCoefficients, entering: number, prompt: number, output: number, cached: number): number {
  const fresh = prompt - cached;
  const prefills = entering * fresh;
  const decodes = entering * Math.max(0, output - 1);
  const mixedShare = Math.min(1, entering);
  const kvTokenPs = step.kvTokenPs * (1 + mixedShare * (step.mixedDecodeFactor - 1));
  const gpuPs =
    step.basePs +
    tableAt(step.table, prefills + decodes) +
    step.prefillTokenPs * prefills +
    step.sequencePs * decodes +
    kvTokenPs * decodes * (prompt + output / 2) +
    step.halfChunkPs * entering * fresh * (2 * cached + fresh);
  const hostPs = step.host.basePs + step.host.sequencePs * (decodes + entering);
  return (step.host.combine === 'sum' ? gpuPs + hostPs : Math.max(gpuPs, hostPs)) / 1e12;
}
