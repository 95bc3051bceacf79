import { describe, expect, it } from 'vitest';
import type { Admission } from '../../../src/models/provider.js';
import { limiter } from '../../../src/models/providers/build.js';
import { Signal } from '../../../src/sim/gateway/signal.js';
import { limiters } from '../../helpers/scenario.js';
import { decide, gateway, limits, offer, type PoolOptions, pool, route } from './fixtures.js';

describe('Gateway', () => {
  it('dispatches to the node that the router picks', () => {
    expect(decide(route([[pool('a', { loads: [3, 1] })]]))).toEqual({
      kind: 'dispatch',
      isCharged: false,
      place: 'a1',
    });
  });

  it('refuses what the route refuses, before anything else is asked', () => {
    const shut = limits(limiters({ rpm: 0 }));
    const of = route([[pool('a')]], { refusal: 'unsupported_tier', limiters: shut });
    expect(decide(of)).toEqual({ outcome: 'refused', cause: 'unsupported_tier', isCharged: false });
  });

  it('refuses a prompt that leaves no room for a token in any pool', () => {
    const of = route([[pool('a', { maxModelLen: 10 })], [pool('b', { maxModelLen: 9 })]]);
    expect(decide(of)).toEqual({ outcome: 'refused', cause: 'context_length', isCharged: false });
    expect(decide(of, gateway(), 9)).toMatchObject({ kind: 'dispatch', place: 'a0' });
  });

  it('never routes a prompt to a pool whose context is too short for it', () => {
    const short = pool('short', { maxModelLen: 10 });
    const long = pool('long', { maxModelLen: 100, loads: [50] });
    for (const groups of [[[short, long]], [[short], [long]]]) {
      expect(decide(route(groups))).toMatchObject({ kind: 'dispatch', place: 'long0' });
      expect(decide(route(groups), gateway(), 5)).toMatchObject({ place: 'short0' });
    }
  });

  it('rate limits before it looks at the fleet, and charges what it lets in', () => {
    const of = route([[pool('a', { loads: [] })]], { limiters: limits(limiters({ rpm: 1 })) });
    expect(decide(of)).toEqual({ outcome: 'failed', cause: 'unavailable', isCharged: true });
    expect(decide(of)).toEqual({ outcome: 'rateLimited', cause: 'rate_limited', isCharged: false });
  });

  describe('beyond a limit that downgrades', () => {
    const down = limiter('priority.rpm', 1, { tiers: null, action: { do: 'downgrade', to: 'standard' } });

    it('goes on as the lower tier, whose limits it meets and pays', () => {
      const lower = route([[pool('low')]], { tierServed: 1, limiters: limits([limiter('rpm', 1)]) });
      const asked = route([[pool('high')]], {
        limiters: limits([down]),
        limitDowngrades: new Map([['standard', lower]]),
      });
      const at = gateway();
      const served = () => {
        const { kind, cause, route: by } = at.decide(0, offer(), asked);
        return kind === 'reject' ? cause : by.tierServed;
      };
      expect([served(), served(), served()]).toEqual([0, 1, 'rate_limited']);
    });

    it('is refused where the lower tier is not offered', () => {
      const asked = route([[pool('high')]], { limiters: limits([{ ...down, limit: 0 }]) });
      expect(decide(asked)).toEqual({ outcome: 'rateLimited', cause: 'rate_limited', isCharged: false });
    });
  });

  it('without capacity goes on as the lower tier where the profile says so, under its own threshold', () => {
    const full = pool('full', { predictedUs: 9000 });
    const lower = route([[full]], { tierServed: 1, admission: { kind: 'predicted-ttft', shedAboveUs: 20_000 } });
    const asked = route([[full]], { admission: { kind: 'predicted-ttft', shedAboveUs: 5000 }, downgrade: lower });
    expect(gateway().decide(0, offer(), asked)).toMatchObject({ kind: 'dispatch', route: { tierServed: 1 } });
    const strict = { ...lower, admission: asked.admission };
    expect(gateway().decide(0, offer(), { ...asked, downgrade: strict })).toMatchObject({
      kind: 'reject',
      outcome: 'shed',
    });
  });

  it('with capacity stays what it is, also where it waits for it', () => {
    const lower = route([[pool('low')]], { tierServed: 1 });
    const served = (one: PoolOptions, options: Parameters<typeof route>[1] = {}) => {
      const { kind, route: by } = gateway().decide(
        0,
        offer(),
        route([[pool('a', one)]], { downgrade: lower, ...options }),
      );
      return [kind, by.tierServed];
    };
    expect(served({})).toEqual(['dispatch', 0]);
    expect(served({}, { line: 0, bindsLate: true })).toEqual(['dispatch', 0]);
    expect(served({ spaceAt: [] }, { line: 0, bindsLate: true })).toEqual(['hold', 0]);
    expect(served({ loads: [] })).toEqual(['dispatch', 1]);
  });

  it('fails when no node is up', () => {
    expect(decide(route([[pool('a', { loads: [] })]]))).toMatchObject({ outcome: 'failed', cause: 'unavailable' });
  });

  describe('on predicted time to first token', () => {
    const admission: Admission = { kind: 'predicted-ttft', shedAboveUs: 5000 };

    it('sheds above the threshold and lets in at it', () => {
      expect(decide(route([[pool('a', { predictedUs: 5001 })]], { admission }))).toMatchObject({
        outcome: 'shed',
        cause: 'overloaded',
      });
      expect(decide(route([[pool('a', { predictedUs: 5000 })]], { admission }))).toMatchObject({ kind: 'dispatch' });
    });

    it('goes by the best promise of the group, and ignores pools that are down', () => {
      const slow = pool('slow', { predictedUs: 9000 });
      const fast = pool('fast', { predictedUs: 10 });
      expect(decide(route([[slow, fast]], { admission }))).toMatchObject({ kind: 'dispatch' });
      expect(decide(route([[slow], [fast]], { admission }))).toMatchObject({ outcome: 'shed' });
      expect(decide(route([[slow, pool('down', { loads: [] })]], { admission }))).toMatchObject({ outcome: 'shed' });
    });

    it('goes on to the next group where the preferred one is down', () => {
      const groups = [[pool('down', { loads: [] })], [pool('fast', { predictedUs: 10 })]];
      expect(decide(route(groups, { admission }))).toMatchObject({ kind: 'dispatch', place: 'fast0' });
    });

    it('goes by what was read of it where the tier reads it now and then', () => {
      const signal = Signal.of({ scrapeUs: 100, averageUs: 0, hysteresis: 0 });
      const at = gateway();
      const kindAt = (nowUs: number, predictedUs: number) =>
        at.decide(nowUs, offer(), route([[pool('a', { predictedUs })]], { admission, signal })).kind;
      expect([kindAt(0, 5000), kindAt(99, 9000), kindAt(100, 9000), kindAt(199, 0), kindAt(200, 0)]).toEqual([
        'dispatch',
        'dispatch',
        'reject',
        'reject',
        'dispatch',
      ]);
    });

    it('sheds a less patient tier first: whatever sheds the higher threshold sheds the lower', () => {
      for (let predictedUs = 0; predictedUs < 30_000; predictedUs += 500) {
        const at = (shedAboveUs: number) =>
          'outcome' in
          decide(route([[pool('a', { predictedUs })]], { admission: { kind: 'predicted-ttft', shedAboveUs } }));
        if (at(20_000)) expect(at(10_000)).toBe(true);
      }
    });
  });

  describe('on queue depth', () => {
    const admission: Admission = { kind: 'queue-depth', shedAbove: 3 };

    it('sheds when the chosen node already holds so many', () => {
      expect(decide(route([[pool('a', { loads: [2, 9] })]], { admission }))).toMatchObject({ place: 'a0' });
      expect(decide(route([[pool('a', { loads: [3, 9] })]], { admission }))).toMatchObject({ outcome: 'shed' });
    });
  });

  describe('on what else a node can be full of', () => {
    const sheds = (admission: Admission, options: PoolOptions): boolean =>
      'outcome' in decide(route([[pool('a', options)]], { admission }));

    it('sheds above a share of KV in use', () => {
      const admission: Admission = { kind: 'kv-pressure', shedAbove: 0.9 };
      expect([0.9, 0.91].map((kvUse) => sheds(admission, { kvUse }))).toEqual([false, true]);
    });

    it("sheds when vLLM's own caps on what waits are reached", () => {
      const byRequests: Admission = { kind: 'vllm-queue-caps', requests: 5, tokens: null };
      const byTokens: Admission = { kind: 'vllm-queue-caps', requests: null, tokens: 500 };
      for (const admission of [byRequests, byTokens]) {
        expect([4, 5].map((waiting) => sheds(admission, { waiting }))).toEqual([false, true]);
      }
    });

    it('sheds what would take the room that is held back', () => {
      const admission: Admission = { kind: 'holdback', share: 0.25 };
      expect([0.75, 0.76].map((pressure) => sheds(admission, { pressure }))).toEqual([false, true]);
    });
  });

  describe('for a tier that is held', () => {
    const held = { line: 0, isHeld: true, dispatchAtPressure: 0.8 };

    it('dispatches at once at its pressure, and holds above it', () => {
      expect(decide(route([[pool('a', { pressure: 0.8 })]], held))).toMatchObject({ kind: 'dispatch' });
      expect(decide(route([[pool('a', { pressure: 0.81 })]], held))).toMatchObject({ kind: 'hold' });
    });

    it('holds behind those who wait already, room or not', () => {
      expect(decide(route([[pool('a')]], held), gateway({ isBehind: () => true }))).toMatchObject({ kind: 'hold' });
    });

    it('holds while no node is up instead of failing', () => {
      expect(decide(route([[pool('a', { loads: [] })]], held))).toMatchObject({ kind: 'hold' });
    });

    it('goes to the pool that has room, not to the one with the shorter queue', () => {
      const full = pool('full', { pressure: 1, loads: [0] });
      const roomy = pool('roomy', { pressure: 0.1, loads: [7] });
      expect(decide(route([[full, roomy]], held))).toMatchObject({ kind: 'dispatch', place: 'roomy0' });
    });

    it('waits for the preferred group instead of taking a less preferred one', () => {
      const of = route([[pool('full', { pressure: 1 })], [pool('idle')]], held);
      expect(decide(of)).toMatchObject({ kind: 'hold' });
      expect(gateway().release(0, of, offer())).toBeNull();
    });

    it('is released to the least loaded node once there is room', () => {
      const released = gateway().release(0, route([[pool('a', { loads: [4, 2, 3] })]], held), offer());
      expect(released?.node).toBe(1);
    });

    it('looks for room without taking a turn of the round-robin router', () => {
      const at = gateway({}, 'round-robin');
      const open = route([[pool('a', { loads: [0, 0, 0] })]]);
      const full = route([[pool('a', { loads: [0, 0, 0], pressure: 1 })]], held);
      const places: unknown[] = [];
      for (let i = 0; i < 3; i++) {
        places.push(decide(open, at));
        decide(full, at);
        at.release(0, full, offer());
      }
      expect(places).toMatchObject([{ place: 'a0' }, { place: 'a1' }, { place: 'a2' }]);
    });
  });
});

describe('work that was let in before the run', () => {
  const letIn = (of: ReturnType<typeof route>, at = gateway(), promptTokens = 10) => {
    const { kind, outcome, cause, pool: chosen, node, limiters: charged } = at.decideLetIn(offer(promptTokens), of);
    return kind === 'reject' ? { outcome, cause } : { kind, charged, place: `${chosen.name}${node}` };
  };

  it('goes to the node that the router picks, whatever limits and admission say', () => {
    const shut = { limiters: limits(limiters({ rpm: 0 })), admission: { kind: 'queue-depth', shedAbove: 0 } } as const;
    expect(letIn(route([[pool('a', { loads: [3, 1] })]], shut))).toEqual({
      kind: 'dispatch',
      charged: null,
      place: 'a1',
    });
  });

  it('stands in its line where it has one, room or not', () => {
    expect(letIn(route([[pool('a')]], { line: 0, bindsLate: true }))).toMatchObject({ kind: 'hold' });
  });

  it('is refused what the route refuses, and prompts that fit nowhere', () => {
    expect(letIn(route([[pool('a')]], { refusal: 'unsupported_tier' }))).toEqual({
      outcome: 'refused',
      cause: 'unsupported_tier',
    });
    const of = route([[pool('short', { maxModelLen: 10 }), pool('long', { maxModelLen: 20, loads: [9] })]]);
    expect(letIn(of, gateway(), 20)).toEqual({ outcome: 'refused', cause: 'context_length' });
    expect(letIn(of, gateway(), 19)).toMatchObject({ place: 'long0' });
  });

  it('fails where no node is up', () => {
    expect(letIn(route([[pool('a', { loads: [] })]]))).toEqual({ outcome: 'failed', cause: 'unavailable' });
  });
});

describe('a decision', () => {
  it('keeps nothing of the one before', () => {
    const at = gateway();
    const lower = route([[pool('low')]], { tierServed: 1, limiters: limits(limiters({ rpm: 1 })) });
    const limited = route([[pool('a')]], { downgrade: null, limiters: limits(limiters({ rpm: 0 })) });
    const shed = route([[pool('a')]], { admission: { kind: 'queue-depth', shedAbove: 0 }, downgrade: lower });
    expect(at.decide(0, offer(), shed)).toMatchObject({ kind: 'dispatch', route: { tierServed: 1 } });
    expect(at.decide(0, offer(), lower).limiters).toBe(lower.limiters);
    expect(at.decide(0, offer(), lower)).toMatchObject({ cause: 'rate_limited', limiters: null, opensAfterUs: 60e6 });
    expect(at.decide(0, offer(), limited)).toMatchObject({ opensAfterUs: Number.POSITIVE_INFINITY, route: limited });
    expect(at.decide(0, offer(), lower).opensAfterUs).toBe(60e6);
    const refused = route([[pool('a')]], { refusal: 'unsupported_tier' });
    expect(at.decide(0, offer(), refused)).toMatchObject({ opensAfterUs: Number.POSITIVE_INFINITY, route: refused });
  });
});
