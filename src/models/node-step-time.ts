import { boundViolations } from './bounds.js';
import { SERVED } from './catalog/fits.js';
import { FITS, mixedDecodeFactor, refusedFit } from './catalog/step-fits.js';
import { type EngineConfig, engineVersion } from './engine.js';
import { findFit, fittedCoefficients } from './fitted.js';
import type { DeviceClass, RatedClass } from './hardware.js';
import type { LlmModel } from './llm.js';
import type { EngineWishes, ProvisionProblem, ProvisionRequest } from './provision-request.js';
import { ratedCoefficients, ratedSpeed } from './rated.js';
import { rooflineCoefficients } from './roofline.js';
import type { Precision } from './scenario.js';
import { type ServedFit, servedShare } from './served.js';
import type { StepCoefficients } from './step-time.js';

/** A native server without a Python scheduler. Assumed. */
const SLOTS_HOST_US = 300;
interface NodeStepTime {
  readonly coefficients: StepCoefficients;
  /** 'fitted', 'roofline' or 'rated', and from what. */
  readonly source: string;
}

type WeightsAndKv = { readonly weights: Precision; readonly kv: Precision };

/**
 * The best known step time: the user's or the catalogue's fit, else the roofline; rates where the class is rated.
 * `served` is another than the catalogue's where one is being fitted.
 */
export function stepTime(
  request: ProvisionRequest,
  precision: WeightsAndKv,
  engine: EngineConfig,
  served: ServedFit = SERVED,
): NodeStepTime | ProvisionProblem {
  const { hardware, llm, modelId } = request;
  if (hardware.form === 'rated' || llm === null)
    return ratedStepTime(hardware as RatedClass, modelId, request.engine, engine);
  return deviceStepTime({ device: hardware, llm, request, precision, engine, served });
}

function ratedStepTime(rated: RatedClass, modelId: string, wishes: EngineWishes, engine: EngineConfig): NodeStepTime {
  const coefficients = ratedCoefficients(rated, ratedSpeed(rated, modelId));
  const source = `rated: ${rated.source}`;
  if (wishes.hostOverheadUs === undefined) return { coefficients, source };
  return { coefficients: { ...coefficients, host: hostShare(wishes, engine, SERVED) }, source };
}

interface DeviceTask {
  readonly device: DeviceClass;
  readonly llm: LlmModel;
  readonly request: ProvisionRequest;
  readonly precision: WeightsAndKv;
  readonly engine: EngineConfig;
  readonly served: ServedFit;
}

function deviceStepTime(task: DeviceTask): NodeStepTime | ProvisionProblem {
  const { device, llm, request, precision, engine } = task;
  const { gpusPerNode } = request;
  const host = hostShare(request.engine, engine, task.served);
  const served = servedShare(task.served, device.id, llm, precision.weights);
  const corrected = served.products === 1 && served.reads === 1 ? '' : ', corrected to served traffic';
  const factor = llm.kv.kind === 'split' ? mixedDecodeFactor(device.id, llm.heads / llm.kv.heads) : 1;
  const wanted = { hardware: device.id, llm, precision: precision.weights, gpusPerNode };
  const own = findFit(device.fits ?? [], wanted);
  const fit = own ?? findFit(FITS, wanted);
  if (fit !== undefined) {
    const options = { kvPrecision: precision.kv, mixedDecodeFactor: factor, host };
    // What the user measured is taken as it is.
    const coefficients = fittedCoefficients(fit, llm, own === undefined ? { ...options, served } : options);
    const violation = boundViolations(coefficients, device, llm, precision, gpusPerNode)[0];
    if (violation !== undefined) {
      return {
        code: 'beats-hardware',
        field: 'hardware',
        message: `fit of ${llm.id} on ${device.id}: ${violation.message}`,
      };
    }
    const error = fit.mapePct === null ? '' : `, mean error ${fit.mapePct} %`;
    const how = own === undefined ? corrected : '';
    return { coefficients, source: `fitted: ${fit.source}, ${fit.model} as ${fit.form}${error}${how}` };
  }
  const coefficients = rooflineCoefficients({
    device,
    llm,
    weights: precision.weights,
    kv: precision.kv,
    devices: gpusPerNode,
    mixedDecodeFactor: factor,
    // The roofline's efficiencies are of whole steps; only a host time that the user states comes beside it.
    host: request.engine.hostOverheadUs === undefined ? { ...host, basePs: 0, sequencePs: 0 } : host,
    served,
  });
  if (coefficients === null) {
    return {
      code: 'no-step-time',
      field: 'hardware',
      message: `${device.id} has no fit for ${llm.id} in ${precision.weights} on ${gpusPerNode}, and no bandwidth or tflops for a roofline`,
      hint: 'give bandwidth and tflops.bf16, or fits for this model, precision and number of devices',
    };
  }
  const refused = refusedFit(device.id, llm.measuredAs ?? llm.id, precision.weights, gpusPerNode);
  const why = refused === undefined ? '' : `; the fit is not used: it ${refused}`;
  return { coefficients, source: `roofline: data sheet of ${device.id}, geometry of ${llm.id}${corrected}${why}` };
}

/**
 * The device waits for the host where scheduling was asked to be synchronous, or the version knows no other; else the
 * slower of the two counts.
 */
function hostShare(wishes: EngineWishes, engine: EngineConfig, served: ServedFit): StepCoefficients['host'] {
  const overlaps = wishes.async ?? (engine.name !== 'slots' && engineVersion(engine.version)?.hidesHost === true);
  const combine = overlaps ? 'max' : 'sum';
  if (wishes.hostOverheadUs !== undefined) {
    return { basePs: Math.round(wishes.hostOverheadUs * 1e6), sequencePs: 0, combine };
  }
  if (engine.name === 'slots') return { basePs: SLOTS_HOST_US * 1e6, sequencePs: 0, combine };
  return {
    basePs: Math.round(served.hostStepUs * 1e6),
    sequencePs: Math.round(served.hostSequenceUs * 1e6),
    combine,
  };
}

export function unknownModel({ hardware, modelId }: ProvisionRequest): ProvisionProblem {
  return {
    code: 'model-geometry',
    field: 'model',
    message: `the geometry of ${modelId} is not known, so ${hardware.id} cannot be timed with it`,
    hint: 'describe the model under `models`, or serve it on rated hardware (slots, prefillTokPerSec, decodeTokPerSec)',
  };
}
