import { steadyState } from './capacity.js';
import { MEASURED } from './catalog/measured.js';
import { UNLIMITED_KV_BLOCKS } from './engine.js';
import type { HardwareClass } from './hardware.js';
import type { LlmModel } from './llm.js';
import { provision } from './provision.js';
import type { Provision, ProvisionProblem } from './provision-request.js';
import type { Precision } from './scenario.js';
import { StepEnergy } from './step-energy.js';
import { StepTime } from './step-time.js';

/** What one node can do with one model, worked out without a run. */
export interface NodeSheet {
  readonly hardware: string;
  readonly model: string;
  readonly gpus: number;
  readonly precision: Provision['precision'];
  /** How step times are known, and from what. */
  readonly method: string;
  readonly notes: readonly string[];
  readonly seats: number;
  /** null: KV never binds. */
  readonly kvTokens: number | null;
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** One prompt after another, no decoding beside it. */
  readonly prefillTokensPerSecond: number;
  /** Answers half done, no prefill beside them. */
  readonly decode: readonly { readonly batch: number; readonly tokensPerSecond: number; readonly tpotMs: number }[];
  readonly sustainable: {
    readonly requestsPerSecond: number;
    readonly outputTokensPerSecond: number;
    readonly sequences: number;
    /** With the host. */
    readonly watts: number;
    /** Whole cost and whole energy of the node put to its output alone; null: no price is known. */
    readonly usdPerMillionOutput: number | null;
    readonly joulesPerMillionOutput: number;
    /** The same put to prompts and output alike. */
    readonly usdPerMillion: number | null;
    readonly joulesPerMillion: number;
  };
  /** Errors against published points that nothing was fitted to, the nearest on this hardware; null: there are none. */
  readonly measured: {
    readonly model: string;
    readonly precision: Precision;
    /** Whether these are the model, or one of its geometry, and the precision asked for. */
    readonly isSame: boolean;
    readonly points: number;
    readonly tpotMapePct: number;
    readonly ttftMedianPct: number;
  } | null;
}

interface SheetRequest {
  readonly hardware: HardwareClass;
  readonly llm: LlmModel;
  readonly gpus: number;
  readonly weights?: Precision | undefined;
  readonly promptTokens: number;
  readonly outputTokens: number;
}

const BATCHES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

export function nodeSheet(request: SheetRequest): NodeSheet | { readonly problems: readonly ProvisionProblem[] } {
  const { hardware, llm, gpus, promptTokens, outputTokens } = request;
  const node = provision({
    modelId: llm.id,
    llm,
    hardware,
    gpusPerNode: gpus,
    precision: { weights: request.weights },
    engine: {},
    policyDefault: 'fcfs',
  });
  if (!node.ok) return { problems: node.problems };
  const { engine } = node;
  const kvTokens = engine.kvBlocks === UNLIMITED_KV_BLOCKS ? null : (engine.kvBlocks - 1) * engine.blockSize;
  return {
    hardware: hardware.id,
    model: llm.id,
    gpus,
    precision: node.precision,
    method: node.stepTimeSource,
    notes: node.notes,
    seats: engine.maxNumSeqs,
    kvTokens,
    promptTokens,
    outputTokens,
    ...speeds(node, promptTokens, outputTokens, kvTokens),
    sustainable: sustainable(node, promptTokens, outputTokens),
    measured: nearestMeasured(hardware.id, llm, node.precision.weights),
  };
}

/** Another precision is nearer than another model, and of other models the one of most points is as good as any. */
function nearestMeasured(hardware: string, llm: LlmModel, weights: Precision): NodeSheet['measured'] {
  const own = llm.measuredAs ?? llm.id;
  const [nearest] = MEASURED.filter((row) => row[0] === hardware)
    .map(([, model, precision, points, tpotMapePct, ttftMedianPct]) => {
      const distance = model !== own ? 2 : precision !== weights ? 1 : 0;
      return { distance, found: { model, precision, isSame: distance === 0, points, tpotMapePct, ttftMedianPct } };
    })
    .sort((a, b) => a.distance - b.distance || b.found.points - a.found.points);
  return nearest?.found ?? null;
}

function speeds(
  node: Provision,
  prompt: number,
  output: number,
  kvTokens: number | null,
): Pick<NodeSheet, 'prefillTokensPerSecond' | 'decode'> {
  const step = new StepTime(node.stepTime, node.engine.maxNumBatchedTokens);
  let prefillPs = 0;
  for (let done = 0; done < prompt; done += node.engine.maxNumBatchedTokens) {
    const chunk = Math.min(prompt - done, node.engine.maxNumBatchedTokens);
    prefillPs += step.stepPs(chunk, chunk * (2 * done + chunk), 0, 0);
  }
  const context = prompt + output / 2;
  const most = Math.min(node.engine.maxNumSeqs, kvTokens === null ? Number.POSITIVE_INFINITY : kvTokens / context);
  const decode = BATCHES.filter((batch) => batch <= most).map((batch) => {
    const ps = step.stepPs(0, 0, batch, batch * context);
    return { batch, tokensPerSecond: (batch * 1e12) / ps, tpotMs: ps / 1e9 };
  });
  return { prefillTokensPerSecond: (prompt * 1e12) / prefillPs, decode };
}

function sustainable(node: Provision, prompt: number, output: number): NodeSheet['sustainable'] {
  const { requestsPerSecond, stepSeconds, entering, decodes, kvTokens } = steadyState(node, prompt, output);
  const energy = new StepEnergy(node.power, node.stepTime, 0);
  const workNj = energy.stepNj({
    prefillTokens: entering * prompt,
    twiceChunkWork: entering * prompt * prompt,
    decodes,
    kvTokens,
  });
  const watts = node.power.hostWatts + node.power.activeWatts + workNj / 1e9 / stepSeconds;
  const outputTokensPerSecond = requestsPerSecond * output;
  const allPerSecond = requestsPerSecond * (prompt + output);
  const costPerHour = node.costPicoPerHour === null ? null : node.costPicoPerHour / 1e12;
  return {
    requestsPerSecond,
    outputTokensPerSecond,
    sequences: decodes + entering,
    watts,
    usdPerMillionOutput: costPerHour === null ? null : costPerHour / (outputTokensPerSecond * MILLIONS_AN_HOUR),
    joulesPerMillionOutput: (watts / outputTokensPerSecond) * 1e6,
    usdPerMillion: costPerHour === null ? null : costPerHour / (allPerSecond * MILLIONS_AN_HOUR),
    joulesPerMillion: (watts / allPerSecond) * 1e6,
  };
}

/** Of one a second. */
const MILLIONS_AN_HOUR = 3600 / 1e6;
