import { momentsOf } from '../models/lengths.js';
import { lognormalFromMeanP95 } from '../models/lognormal.js';
import type { Lengths, Sessions } from '../models/scenario.js';
import type { Collector } from './collector.js';
import * as say from './messages.js';
import type { LengthsInput, TrafficInput } from './schema-traffic.js';

type Path = readonly PropertyKey[];

/** Prompt or output lengths of a class; null after a problem was reported. */
export function resolveLengths(
  input: TrafficInput,
  side: 'input' | 'output',
  path: Path,
  found: Collector,
): Lengths | null {
  const lengths = input[side];
  if (side === 'output' && input.api === 'embeddings') {
    if (lengths !== undefined) found.add(path, say.contradiction('embeddings have no output tokens'), 'output');
    return NO_TOKENS;
  }
  if (lengths !== undefined) return lengthsOf(lengths, [...path, side], found);
  if (input.trace !== undefined && input.sessions === undefined) return { kind: 'trace', min: 1, max: null };
  if (!found.has([...path, side])) found.add(path, say.missingKey(side, 'a number of tokens or a distribution'));
  return null;
}

/** Conversations of a class; null: none. */
export function resolveSessions(input: TrafficInput, path: Path, found: Collector): Sessions | null {
  const { sessions } = input;
  if (sessions === undefined) return null;
  const at = [...path, 'sessions'];
  const turns = lengthsOf(sessions.turns, [...at, 'turns'], found);
  const hops = lengthsOf(sessions.hops, [...at, 'hops'], found);
  if (turns === null || hops === null) return null;
  const calls = momentsOf(turns)!.mean * momentsOf(hops)!.mean;
  if (calls > CALLS_MEAN_MAX) {
    found.add(at, say.impossible(`a session of ${Math.round(calls)} calls in the mean: at most ${CALLS_MEAN_MAX}`));
  }
  return { turns, hops, thinkUs: sessions.thinkTime, toolUs: sessions.toolTime, context: sessions.context };
}

const CALLS_MEAN_MAX = 1000;

const NO_TOKENS: Lengths = { kind: 'fixed', tokens: 0, min: 0, max: null };

function lengthsOf(lengths: LengthsInput, at: Path, found: Collector): Lengths | null {
  if (typeof lengths === 'number') return { kind: 'fixed', tokens: lengths, min: 1, max: null };
  const min = lengths.min ?? 1;
  const max = lengths.max ?? null;
  if (max !== null && max < min) {
    found.add([...at, 'max'], say.impossible(`max ${max} is below min ${min}`));
    return null;
  }
  const shape = lengthShape(lengths, at, found);
  return shape === null ? null : { ...shape, min, max };
}

function lengthShape(lengths: Exclude<LengthsInput, number>, at: Path, found: Collector) {
  if ('exponential' in lengths) return { kind: 'exponential', mean: lengths.exponential } as const;
  if ('lognormal' in lengths) {
    const { mean, p95 } = lengths.lognormal;
    const curve = lognormalFromMeanP95(mean, p95);
    if (curve === null) found.add([...at, 'lognormal'], say.lognormalImpossible(mean, p95));
    return curve === null ? null : ({ kind: 'lognormal', ...curve } as const);
  }
  if ('uniform' in lengths) {
    const [low, high] = lengths.uniform;
    if (high < low)
      found.add([...at, 'uniform'], say.impossible(`the upper end ${high} is below the lower end ${low}`));
    return high < low ? null : ({ kind: 'uniform', low, high } as const);
  }
  const weight = lengths.histogram.reduce((total, [, part]) => total + part, 0);
  if (weight <= 0) found.add([...at, 'histogram'], say.impossible('a histogram needs a weight above 0'));
  return weight <= 0 ? null : ({ kind: 'histogram', bins: lengths.histogram } as const);
}
