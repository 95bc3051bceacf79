import type { RatedClass, RatedSpeed } from './hardware.js';
import type { StepCoefficients } from './step-time.js';

/**
 * A data sheet as coefficients. A decode step of one sequence takes 1/single, of all slots slots/full, straight in
 * between; a prefill token takes 1/prefillTokPerSec on top of the step it shares. The rates are measured at the server's
 * edge, so nothing is added for its processor.
 */
export function ratedCoefficients(rated: RatedClass, speed: RatedSpeed): StepCoefficients {
  const singlePs = PS_PER_SECOND / speed.decodeTokPerSec.single;
  const fullPs = (PS_PER_SECOND * rated.slots) / speed.decodeTokPerSec.full;
  const sequencePs = rated.slots === 1 ? 0 : Math.round((fullPs - singlePs) / (rated.slots - 1));
  return {
    basePs: Math.round(singlePs) - sequencePs,
    prefillTokenPs: Math.round(PS_PER_SECOND / speed.prefillTokPerSec),
    sequencePs,
    kvTokenPs: 0,
    halfChunkPs: 0,
    mixedDecodeFactor: 1,
    table: null,
    host: { basePs: 0, sequencePs: 0, combine: 'sum' },
  };
}

export function ratedSpeed(rated: RatedClass, model: string): RatedSpeed {
  return rated.perModel?.[model] ?? rated;
}

/** Why these rates cannot all be true; null: they can. */
export function ratedContradiction(rated: RatedClass, speed: RatedSpeed): string | null {
  const { single, full } = speed.decodeTokPerSec;
  if (full > single * rated.slots) {
    return `decodeTokPerSec.full (${full}) exceeds ${rated.slots} slots x single (${single}): more streams would make each one faster`;
  }
  if (full < single) return `decodeTokPerSec.full (${full}) is below single (${single}): sharing would lose output`;
  return null;
}

const PS_PER_SECOND = 1e12;
