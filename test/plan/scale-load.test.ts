import { describe, expect, it } from 'vitest';
import type { Scenario } from '../../src/models/scenario.js';
import { loadPartNamed, scaledLoad, separated } from '../../src/plan/scale-load.js';
import type { AttemptRecord } from '../../src/sim/record.js';
import { simulate } from '../../src/sim/simulate.js';
import { provider, SECOND_US, scenario, tier, traced, traffic } from '../helpers/scenario.js';

const mixed = scenario({
  durationUs: 200 * SECOND_US,
  provider: provider({ tiers: [tier('standard'), tier('background')] }),
  traffic: [
    traffic({
      name: 'app',
      arrivals: { kind: 'gamma', perSecond: 5, cv: 2 },
      tiers: [
        { tier: 'standard', value: 0.75 },
        { tier: 'background', value: 0.25 },
      ],
    }),
  ],
});

function records(spec: Scenario): AttemptRecord[] {
  const found: AttemptRecord[] = [];
  simulate(spec, { version: 'test', hash: '', onRecord: (record) => found.push({ ...record }) });
  return found.sort((a, b) => a.sentUs - b.sentUs);
}

describe('more load', () => {
  it('of one tier leaves the requests of all others as they were', () => {
    const part = { kind: 'tier', name: 'background' } as const;
    const split = separated(mixed, part);
    expect(split.traffic.map(({ name, tiers, arrivals }) => [name, tiers, arrivals])).toEqual([
      ['app', [{ tier: 'standard', value: 1 }], { kind: 'gamma', perSecond: 3.75, cv: 2 }],
      ['app/background', [{ tier: 'background', value: 1 }], { kind: 'gamma', perSecond: 1.25, cv: 2 }],
    ]);
    const arrivals = (factor: number, name: string) =>
      records(scaledLoad(split, part, factor))
        .filter(({ tierAsked }) => tierAsked === name)
        .map(({ sentUs, promptTokens, outputTokens }) => [sentUs, promptTokens, outputTokens > 0]);
    expect(arrivals(3, 'standard').map(([at]) => at)).toEqual(arrivals(1, 'standard').map(([at]) => at));
    expect(arrivals(3, 'background').length / arrivals(1, 'background').length).toBeCloseTo(3, 0);
  });

  it('of all traffic brings the same requests sooner', () => {
    const once = records(mixed).map(({ sentUs }) => sentUs);
    const twice = records(scaledLoad(mixed, { kind: 'all' }, 2)).map(({ sentUs }) => sentUs);
    for (const [i, sentUs] of once.slice(0, 400).entries()) {
      expect(Math.abs(twice[i]! - sentUs / 2)).toBeLessThanOrEqual(1);
    }
  });

  it('names classes first, then tiers, and says what there is', () => {
    expect(loadPartNamed(mixed, 'app')).toEqual({ ok: true, value: { kind: 'class', name: 'app' } });
    expect(loadPartNamed(mixed, 'background')).toEqual({ ok: true, value: { kind: 'tier', name: 'background' } });
    expect(loadPartNamed(mixed, 'flex')).toMatchObject({
      ok: false,
      reason: expect.stringContaining('app, standard, background'),
    });
  });

  it('refuses to take a tier out of a trace', () => {
    const { spec } = traced([[0, 1, 1]], { tiers: mixed.traffic[0]!.tiers });
    expect(loadPartNamed({ ...mixed, traffic: [spec] }, 'background')).toMatchObject({
      ok: false,
      reason: expect.stringContaining('follows a trace'),
    });
  });
});
