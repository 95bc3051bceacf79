import { describe, expect, it } from 'vitest';
import type { TrafficClass } from '../../../src/models/scenario.js';
import { Streams } from '../../../src/sim/core/random.js';
import { type DrawnRequest, TrafficSource } from '../../../src/sim/workload/source.js';
import { exponential, fixed, traffic } from '../../helpers/scenario.js';

function source(overrides: Partial<TrafficClass>): TrafficSource {
  const spec = traffic(overrides);
  return new TrafficSource(
    spec,
    new Streams('1', 1),
    // The mix stands at places 10 and 11 of the profile.
    { startMs: 0, durationUs: 1e12, tierNames: [...Array.from({ length: 10 }, String), 'a', 'b'] },
    null,
  );
}

function drawn(from: TrafficSource, count: number): DrawnRequest[] {
  return Array.from({ length: count }, () => {
    const request = {
      tierAsked: -1,
      promptTokens: 0,
      outputTokens: 0,
      sharedTokens: -1,
      sharedFamily: -1,
      feePico: -1,
      content: null,
    };
    from.draw(request);
    return request;
  });
}

const mix = [
  { tier: 'a', value: 0.2 },
  { tier: 'b', value: 0.8 },
];

describe('TrafficSource', () => {
  it('draws tiers by their shares', () => {
    const requests = drawn(source({ tiers: mix }), 20_000);
    expect(requests.filter(({ tierAsked }) => tierAsked === 10).length / 20_000).toBeCloseTo(0.2, 1.5);
    expect(requests.every(({ tierAsked }) => tierAsked === 10 || tierAsked === 11)).toBe(true);
  });

  it('each property has a stream of its own: changing one leaves the others', () => {
    const plain = drawn(source({ input: exponential(100), output: exponential(100) }), 100);
    const other = drawn(
      source({ input: exponential(100), output: fixed(3), tiers: mix, fees: [{ name: 'f', pico: 1, share: 0.5 }] }),
      100,
    );
    expect(other.map(({ promptTokens }) => promptTokens)).toEqual(plain.map(({ promptTokens }) => promptTokens));
  });

  it('cuts the output at what the client declares, without changing the next draw', () => {
    const plain = drawn(source({ output: exponential(50) }), 200);
    const cut = drawn(source({ output: exponential(50), maxTokens: 40 }), 200);
    expect(cut.map(({ outputTokens }) => outputTokens)).toEqual(
      plain.map(({ outputTokens }) => Math.min(40, outputTokens)),
    );
  });

  it('adds certain fees to every request and the others by their share', () => {
    const fees = [
      { name: 'request', pico: 5, share: 1 },
      { name: 'search', pico: 100, share: 0.25 },
    ];
    const requests = drawn(source({ fees }), 20_000);
    expect(new Set(requests.map(({ feePico }) => feePico))).toEqual(new Set([5, 105]));
    expect(requests.filter(({ feePico }) => feePico === 105).length / 20_000).toBeCloseTo(0.25, 1.5);
  });

  it('says which text a prompt shares and how much of it', () => {
    const requests = drawn(source({ input: fixed(100), prefix: { kind: 'share', share: 0.29 } }), 3);
    expect(requests).toMatchObject(requests.map(() => ({ sharedTokens: 29, sharedFamily: 0 })));
    expect(drawn(source({}), 1)).toMatchObject([{ sharedTokens: 0 }]);
  });

  it('has users only in a closed loop, who think at least a microsecond', () => {
    const loop = source({ arrivals: { kind: 'users', count: 7, thinkUs: 0 } });
    expect([loop.users, loop.thinkUs(), loop.nextArrivalUs(0)]).toEqual([7, 1, Number.POSITIVE_INFINITY]);
    expect(source({}).users).toBe(0);
  });
});
