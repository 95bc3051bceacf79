import { describe, expect, it } from 'vitest';
import type { RatedClass } from '../../src/models/hardware.js';
import { ratedCoefficients, ratedContradiction, ratedSpeed } from '../../src/models/rated.js';
import { StepTime } from '../../src/models/step-time.js';

const rated: RatedClass = {
  form: 'rated',
  id: 'tpu-like',
  name: 'tpu-like',
  aliases: [],
  tdpWatts: 700,
  idleWatts: 120,
  memoryBytes: null,
  slots: 48,
  prefillTokPerSec: 24_000,
  decodeTokPerSec: { single: 160, full: 3600 },
  usdPerHour: 3.2,
  source: 'scenario',
};

const stepSeconds = (sequences: number): number =>
  new StepTime(ratedCoefficients(rated, rated), 64).stepPs(0, 0, sequences, 0) / 1e12;

describe('ratedCoefficients', () => {
  it('gives one stream its rated speed', () => {
    expect(1 / stepSeconds(1)).toBeCloseTo(160, 6);
  });

  it('gives all slots together their rated speed', () => {
    expect(48 / stepSeconds(48)).toBeCloseTo(3600, 5);
  });

  it('adds the rated time of each prefill token', () => {
    const step = new StepTime(ratedCoefficients(rated, rated), 4096);
    expect((step.stepPs(4001, 0, 1, 0) - step.stepPs(1, 0, 1, 0)) / 1e12).toBeCloseTo(4000 / 24_000, 6);
  });

  it('has only the single speed with one slot', () => {
    const single = { ...rated, slots: 1, decodeTokPerSec: { single: 20, full: 20 } };
    expect(new StepTime(ratedCoefficients(single, single), 8).stepPs(0, 0, 1, 0)).toBe(50_000_000_000);
  });
});

describe('ratedSpeed', () => {
  it('prefers the rates of the model', () => {
    const own = { prefillTokPerSec: 100, decodeTokPerSec: { single: 10, full: 20 } };
    const refined = { ...rated, perModel: { small: own } };
    expect(ratedSpeed(refined, 'small')).toBe(own);
    expect(ratedSpeed(refined, 'other')).toBe(refined);
  });
});

describe('ratedContradiction', () => {
  it('accepts rates that can be true', () => {
    expect(ratedContradiction(rated, rated)).toBeNull();
  });

  it('refuses slots that speed each other up', () => {
    const speed = { prefillTokPerSec: 1, decodeTokPerSec: { single: 10, full: 481 } };
    expect(ratedContradiction(rated, speed)).toContain('48 slots x single (10)');
  });

  it('refuses a full node slower than one stream', () => {
    const speed = { prefillTokPerSec: 1, decodeTokPerSec: { single: 10, full: 9 } };
    expect(ratedContradiction(rated, speed)).toContain('below single');
  });
});
