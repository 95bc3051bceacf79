import { ENGINE_VERSIONS, engineProblems, engineVersion } from './engine.js';
import { midpointUsdPerHour } from './hardware.js';
import { fillEngine, fitMemory } from './node-engine.js';
import { nodePower } from './node-power.js';
import { stepTime, unknownModel } from './node-step-time.js';
import { exceedsNative } from './precision.js';
import type { ProvisionProblem, ProvisionRequest, ProvisionResult } from './provision-request.js';
import { ratedContradiction, ratedSpeed } from './rated.js';
import { longestStepPs } from './step-time.js';

/** Everything a pool's node is, from what the scenario says and what the catalogue knows; or every reason why not. */
export function provision(request: ProvisionRequest): ProvisionResult {
  const problems = [...hardwareProblems(request), ...precisionProblems(request)];
  const version = engineVersion(request.engine.version ?? 'newest');
  if (version === undefined) {
    problems.push({
      code: 'engine-version',
      field: 'engine',
      message: `no known engine version '${request.engine.version}'`,
      hint: `known: ${Object.keys(ENGINE_VERSIONS).join(', ')}`,
    });
  }
  if (problems.length > 0 || version === undefined) return { ok: false, problems };

  const memory = fitMemory(request, version);
  if ('code' in memory) return { ok: false, problems: [memory] };
  const engine = fillEngine(request, version, memory);
  for (const message of engineProblems(engine.config))
    problems.push({ code: 'engine-option', field: 'engine', message });
  const step = stepTime(request, memory.precision, engine.config);
  if ('code' in step) problems.push(step);
  else if (longestStepPs(step.coefficients, engine.config) > STEP_MAX_PS) {
    problems.push({
      code: 'step-time',
      field: 'hardware',
      message: `a step of ${request.hardware.id} could take more than an hour`,
      hint: 'look at its rates and at engine.maxNumBatchedTokens',
    });
  }
  if (problems.length > 0 || 'code' in step) return { ok: false, problems };

  return {
    ok: true,
    precision: memory.precision,
    engine: engine.config,
    stepTime: step.coefficients,
    stepTimeSource: step.source,
    power: nodePower({ ...request, precision: memory.precision }),
    costPicoPerHour: costPicoPerHour(request),
    memoryArithmetic: memory.arithmetic,
    notes: [...memory.notes, ...engine.notes],
  };
}

/** Sums of steps stay exact, with room for slow nodes. */
const STEP_MAX_PS = 3600e12;

function hardwareProblems(request: ProvisionRequest): ProvisionProblem[] {
  const { hardware, llm, modelId, gpusPerNode } = request;
  const problems: ProvisionProblem[] = [];
  const say = (code: string, field: ProvisionProblem['field'], message: string): void => {
    problems.push({ code, field, message });
  };
  if (hardware.form === 'rated') {
    if (gpusPerNode !== 1) {
      say(
        'rated-node',
        'gpusPerNode',
        `${hardware.id} is rated as a whole node; gpusPerNode must be 1, not ${gpusPerNode}`,
      );
    }
    const contradiction = ratedContradiction(hardware, ratedSpeed(hardware, modelId));
    if (contradiction !== null) say('rated-rates', 'hardware', `${hardware.id}: ${contradiction}`);
    return problems;
  }
  if (llm === null) {
    problems.push(unknownModel(request));
    return problems;
  }
  if (gpusPerNode > 1 && hardware.link === null) {
    say(
      'no-link',
      'gpusPerNode',
      `${hardware.id} has no link to other devices; gpusPerNode must be 1, not ${gpusPerNode}`,
    );
  }
  if (llm.heads % gpusPerNode !== 0) {
    say(
      'heads-split',
      'gpusPerNode',
      `${llm.id} has ${llm.heads} attention heads, which ${gpusPerNode} devices cannot share evenly`,
    );
  }
  return problems;
}

function precisionProblems({ llm, precision }: ProvisionRequest): ProvisionProblem[] {
  if (llm === null || precision.weights === undefined || !exceedsNative(llm, precision.weights)) return [];
  return [
    {
      code: 'precision-native',
      field: 'precision',
      message: `${llm.id} was published in ${llm.nativePrecision}; there are no weights in ${precision.weights}`,
    },
  ];
}

function costPicoPerHour({ hardware, gpusPerNode, usdPerHour }: ProvisionRequest): number | null {
  if (usdPerHour !== undefined) return usdPerHour === null ? null : Math.round(usdPerHour * 1e12);
  if (hardware.usdPerHour === null) return null;
  if (hardware.form === 'rated') return Math.round(hardware.usdPerHour * 1e12);
  return Math.round(midpointUsdPerHour(hardware.usdPerHour) * gpusPerNode * 1e12);
}
