import { describe, expect, it } from 'vitest';
import type { Lines } from '../../../src/sim/gateway/gateway.js';
import { decide, gateway, offer, type PoolOptions, pool, route } from './fixtures.js';

const DISPATCH = { kind: 'dispatch' };
const HOLD = { kind: 'hold' };
const SHED = { outcome: 'shed', cause: 'overloaded' };

/** Queued at the gateway, and bound to a node only when there is room. */
const late = { line: 0, bindsLate: true };
/** Queued at the gateway, and bound to the node that the router picks. */
const early = { line: 0 };
const held = { line: 0, isHeld: true, dispatchAtPressure: 0.8 };

const place = (pools: readonly PoolOptions[], options: Parameters<typeof route>[1], lines: Partial<Lines> = {}) =>
  decide(route([pools.map((one, index) => pool('abc'[index]!, { index, ...one }))], options), gateway(lines));

describe('room for work that is bound late', () => {
  it('is a seat, KV for the prompt and less than a step of prompts waiting', () => {
    expect(place([{}], late)).toMatchObject(DISPATCH);
    expect(place([{ spaceAt: [] }], late)).toMatchObject(HOLD);
    expect(place([{ hungryAt: [] }], late)).toMatchObject(HOLD);
  });

  it('is sought on other nodes where the least loaded one has none', () => {
    expect(place([{ loads: [1, 2, 3], spaceAt: [1, 2], hungryAt: [0, 2] }], late)).toMatchObject({ place: 'a2' });
  });

  it('is not there while all slots of a node are taken or reserved', () => {
    expect(place([{ loads: [4, 4], slots: 4 }], late)).toMatchObject(HOLD);
    expect(place([{ loads: [4, 3], slots: 4 }], late)).toMatchObject({ place: 'a1' });
  });

  it('is not asked of work that is bound at once', () => {
    expect(place([{ spaceAt: [], hungryAt: [] }], early)).toMatchObject(DISPATCH);
  });

  it('belongs to those who go before in another line, in the pools that they wait for only', () => {
    const keepsOut = (_offer: unknown, line: number, index: number) => line === 0 && index === 0;
    expect(place([{}], late, { keepsOut })).toMatchObject(HOLD);
    expect(place([{}, { loads: [9] }], late, { keepsOut })).toMatchObject({ place: 'b0' });
    expect(place([{}], { ...late, line: 1 }, { keepsOut })).toMatchObject(DISPATCH);
  });
});

describe('of several pools of one preference', () => {
  it('the one with the lighter node is taken: by load, then by KV in use, then as they stand in the file', () => {
    expect(place([{ loads: [3] }, { loads: [2] }, { loads: [2] }], late)).toMatchObject({ place: 'b0' });
    expect(place([{ loads: [2] }, { loads: [3] }], late)).toMatchObject({ place: 'a0' });
    expect(place([{ kvUse: 0.5 }, { kvUse: 0.4 }, { kvUse: 0.4 }], late)).toMatchObject({ place: 'b0' });
    expect(place([{ kvUse: 0.4 }, { kvUse: 0.5 }], late)).toMatchObject({ place: 'a0' });
    expect(place([{ loads: [1], kvUse: 0.9 }, { loads: [2] }], late)).toMatchObject({ place: 'a0' });
  });

  it('a busier one with room goes before an idle one without, wherever it stands', () => {
    const [full, roomy] = [{ loads: [0], spaceAt: [] }, { loads: [7] }];
    expect(place([full, roomy], late)).toMatchObject({ place: 'b0' });
    expect(place([roomy, full], late)).toMatchObject({ place: 'a0' });
    expect(place([full, full, roomy], late)).toMatchObject({ place: 'c0' });
  });

  it('those without a node that is up are passed over', () => {
    expect(place([{ loads: [] }, { loads: [5] }], late)).toMatchObject({ place: 'b0' });
    const of = route([[pool('down', { loads: [] })], [pool('up')]], late);
    expect(decide(of)).toMatchObject({ place: 'up0' });
  });
});

describe('where room was looked for in vain', () => {
  it('is a node of the first pool that is up: the least loaded with a slot, or the least loaded of all', () => {
    const at = gateway();
    const lookedAt = (...pools: readonly PoolOptions[]) => {
      const all = pools.map((one, index) => pool('abc'[index]!, { index, spaceAt: [], ...one }));
      expect(at.release(0, route([all], late), offer())).toBeNull();
      const { nodeLookedAt } = at;
      return nodeLookedAt === null ? null : `${nodeLookedAt.pool.name}${nodeLookedAt.node}`;
    };
    expect(lookedAt({ loads: [5, 3] }, { loads: [1] })).toBe('a1');
    expect(lookedAt({ loads: [5, 4], slots: 4 })).toBe('a1');
    expect(lookedAt({ loads: [5, 4], nodeFor: 0 })).toBe('a0');
    expect(lookedAt({ loads: [] }, { loads: [1] })).toBe('b0');
    // Whatever was seen before.
    expect(lookedAt({ loads: [] })).toBeNull();
  });

  it('is nowhere before anybody came, and after work was held whose pools are all down', () => {
    const at = gateway();
    expect(at.nodeLookedAt).toBeNull();
    expect(decide(route([[pool('a')]], early), at)).toMatchObject(DISPATCH);
    expect(at.nodeLookedAt).not.toBeNull();
    expect(decide(route([[pool('a', { loads: [] })]], early), at)).toMatchObject(HOLD);
    expect(at.nodeLookedAt).toBeNull();
  });
});

describe('work that is bound at once but may wait', () => {
  it('goes where the router says while a slot there is free', () => {
    const at = gateway({}, 'round-robin');
    const of = route([[pool('a', { loads: [5, 0], slots: 6 })]], early);
    expect([decide(of, at), decide(of, at)]).toMatchObject([{ place: 'a0' }, { place: 'a1' }]);
  });

  it('goes elsewhere where that node is full, and waits where all are', () => {
    const at = gateway({}, 'round-robin');
    expect(decide(route([[pool('a', { loads: [6, 0], slots: 6 })]], early), at)).toMatchObject({ place: 'a1' });
    expect(decide(route([[pool('a', { loads: [6, 6], slots: 6 })]], early), at)).toMatchObject(HOLD);
  });

  it('waits behind those of its line', () => {
    expect(place([{}], early, { isBehind: (line) => line === 0 })).toMatchObject(HOLD);
    expect(place([{}], early, { isBehind: (line) => line === 1 })).toMatchObject(DISPATCH);
  });
});

describe('a line that is full', () => {
  const isFull = (line: number) => line === 0;

  it.each([
    ['held', held],
    ['bound late', late],
    ['bound at once', early],
  ])('sheds work that is %s and would have to wait, and no other', (_, options) => {
    const full = { slots: 0, pressure: 1 };
    expect(place([full], options, { isFull })).toMatchObject(SHED);
    expect(place([full], { ...options, line: 1 }, { isFull })).toMatchObject(HOLD);
    expect(place([{}], options, { isFull })).toMatchObject(DISPATCH);
  });
});

describe('admission of work that may wait', () => {
  const admission = { kind: 'predicted-ttft', shedAboveUs: 5000 } as const;
  const [busy, calm] = [{ predictedUs: 5001 }, { predictedUs: 5000 }];

  it('turns away what would wait too long, room or not, and lets in the rest', () => {
    for (const spaceAt of [[0], []]) {
      expect(place([{ ...busy, spaceAt }], { ...late, admission })).toMatchObject(SHED);
    }
    expect(place([calm], { ...late, admission })).toMatchObject(DISPATCH);
    expect(place([{ ...calm, spaceAt: [] }], { ...late, admission })).toMatchObject(HOLD);
  });

  it('counts what waits in lines before it', () => {
    const tokensAhead = (line: number) => (line === 0 ? 3 : 0);
    const nearly = { predictedUs: 4998 };
    expect(place([nearly], { ...late, line: 0, admission }, { tokensAhead })).toMatchObject(SHED);
    expect(place([nearly], { ...late, line: 2, admission }, { tokensAhead })).toMatchObject(DISPATCH);
    // Work of no line goes to its node at once.
    expect(place([nearly], { line: -1, admission }, { tokensAhead: () => 3 })).toMatchObject(DISPATCH);
  });

  it('lets it wait where the profile says so', () => {
    const patient = { ...late, admission, onNoCapacity: 'wait' } as const;
    expect(place([busy], patient)).toMatchObject(HOLD);
    expect(place([busy], patient, { isFull: () => true })).toMatchObject(SHED);
  });

  it('says nothing where no node is up', () => {
    expect(place([{ loads: [], ...busy }], { ...late, admission })).toMatchObject(HOLD);
  });

  it('is not asked of held work that must wait anyway', () => {
    expect(place([{ ...busy, pressure: 1 }], { ...held, admission })).toMatchObject(HOLD);
    expect(place([busy], { ...held, admission })).toMatchObject(SHED);
  });

  it('is asked again at release of work that waits for it, and of no other', () => {
    const release = (options: Parameters<typeof route>[1], one: PoolOptions) =>
      gateway().release(0, route([[pool('a', one)]], { ...late, admission, ...options }), offer())?.node ?? null;
    expect(release({ onNoCapacity: 'wait' }, busy)).toBeNull();
    expect(release({ onNoCapacity: 'wait' }, calm)).toBe(0);
    expect(release({ onNoCapacity: 'shed' }, busy)).toBe(0);
  });
});

describe('a release', () => {
  it('goes to no pool whose context is too short', () => {
    const of = route([[pool('short', { maxModelLen: 10 }), pool('long', { loads: [7], maxModelLen: 11 })]], late);
    expect(gateway().release(0, of, offer(10))?.pool.name).toBe('long');
    expect(gateway().release(0, of, offer(9))?.pool.name).toBe('short');
  });
});
