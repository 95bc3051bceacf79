import { describe, expect, it } from 'vitest';
import type { Operations } from '../../../src/models/operations.js';
import { STEADY } from '../../../src/models/operations.js';
import type { NodeEngine } from '../../../src/sim/engine/node-engine.js';
import { Node } from '../../../src/sim/fleet/node.js';
import { Pool } from '../../../src/sim/fleet/pool.js';
import { PoolMeters } from '../../../src/sim/fleet/pool-meters.js';
import { Roster } from '../../../src/sim/fleet/roster.js';
import { ALONE, pool as spec } from '../../helpers/scenario.js';

const PLACES = 6;
const COLD_US = 100;
const WARM_US = 10;

/** A roster of six places, with everything it asks for written down. */
function made(operations: Partial<Operations> = {}) {
  const pool = new Pool(spec(), 0, ALONE, PLACES, [0], 1, () => 0);
  const meters = new PoolMeters([spec()], 0, 1e9, 1, { nowUs: 0 });
  const station = { engine: { isBusy: false } as NodeEngine, note: () => undefined };
  const nodes = Array.from({ length: PLACES }, (_, place) => new Node([pool], place, [station], meters));
  const calls: string[] = [];
  const coldStart = { provisionUs: 40, pullUs: 30, loadUs: 20, compileUs: 10 };
  const roster = new Roster(
    nodes,
    { ...STEADY, coldStart, ...operations },
    {
      callWhenReady: (place, afterUs) => calls.push(`ready ${place} after ${afterUs}`) * 100 + place,
      forget: (handle) => calls.push(`forget ${handle % 100}`),
      renew: ({ place }) => calls.push(`renew ${place}`),
      billed: (fromUs, toUs) => calls.push(`billed ${fromUs} to ${toUs}`),
      drains: ({ place }) => calls.push(`drains ${place}`),
    },
  );
  const phases = () => nodes.map((node) => (node.phase === 'loaded' && !node.isWanted ? 'draining' : node.phase));
  const open = () => Array.from({ length: pool.activeNodes }, (_, nth) => pool.nodeAt(nth));
  return { pool, meters, roster, calls, phases, open };
}

describe('Roster', () => {
  it('starts what is wanted more, through all phases of a cold start', () => {
    const { roster, calls, phases, open } = made();
    roster.begin(1, 1);
    roster.want(5, 3);
    expect(calls).toEqual(['renew 1', `ready 1 after ${COLD_US}`, 'renew 2', `ready 2 after ${COLD_US}`]);
    expect(phases()).toEqual(['loaded', 'starting', 'starting', 'off', 'off', 'off']);
    expect(open()).toEqual([0]);
    roster.ready(105, 2);
    expect(open()).toEqual([0, 2]);
    roster.ready(105, 1);
    expect(open()).toEqual([0, 1, 2]);
  });

  it('drains what is wanted no longer, and takes it back while it still drains', () => {
    const { pool, roster, calls, phases, open } = made();
    roster.begin(3, 3);
    pool.enqueued(0, 2, 0, 1);
    roster.want(1, 1);
    expect(phases().slice(0, 3)).toEqual(['loaded', 'off', 'draining']);
    expect(open()).toEqual([0]);
    roster.want(2, 3);
    expect(open()).toEqual([0, 2]);
    roster.want(3, 1);
    pool.departed(4, 2, 0, 1, true);
    roster.drained(4, 2);
    expect(phases()).toEqual(['loaded', 'off', 'off', 'off', 'off', 'off']);
    expect(calls.filter((call) => call.startsWith('forget'))).toEqual(['forget 1']);
  });

  it('gives up a start that is wanted no longer', () => {
    const { roster, calls, phases } = made();
    roster.begin(1, 1);
    roster.want(0, 2);
    roster.want(1, 1);
    expect(calls.at(-1)).toBe('forget 1');
    expect(phases()[1]).toBe('off');
  });

  it('keeps the next nodes warm, takes those first and fills up again', () => {
    const { roster, calls, phases, open } = made({ warmPool: { nodes: 2, startUs: WARM_US, costPicoPerHour: null } });
    roster.begin(1, 1);
    expect(phases()).toEqual(['loaded', 'warm', 'warm', 'off', 'off', 'off']);
    roster.want(0, 2);
    expect(calls).toEqual([`ready 1 after ${WARM_US}`, 'renew 3', `ready 3 after ${COLD_US}`]);
    roster.ready(10, 1);
    roster.ready(100, 3);
    expect(open()).toEqual([0, 1]);
    expect(phases()).toEqual(['loaded', 'loaded', 'warm', 'warm', 'off', 'off']);
    roster.want(200, 0);
    expect(phases()).toEqual(['warm', 'warm', 'off', 'off', 'off', 'off']);
  });

  it('bills a node that was started for its minimum, and those of the beginning for what they were', () => {
    const { roster, calls } = made({ minimumBilledUs: 500 });
    roster.begin(1, 1);
    roster.want(10, 3);
    roster.ready(110, 1);
    roster.ready(110, 2);
    roster.want(200, 2);
    roster.want(600, 0);
    expect(calls.filter((call) => call.startsWith('billed'))).toEqual(['billed 200 to 510']);
  });

  it('begins with fewer nodes than are wanted and starts the rest', () => {
    const { roster, calls, open } = made();
    roster.begin(3, 2);
    expect(open()).toEqual([0, 1]);
    expect(calls).toEqual([`ready 2 after ${COLD_US}`]);
  });

  it('every node is in one state at any time, and their times add up', () => {
    const { pool, meters, roster } = made({ warmPool: { nodes: 1, startUs: WARM_US, costPicoPerHour: null } });
    roster.begin(2, 2);
    pool.enqueued(0, 1, 0, 1);
    roster.want(10, 1);
    pool.departed(30, 1, 0, 1, true);
    roster.drained(30, 1);
    roster.want(50, 2);
    roster.ready(60, 1);
    roster.ready(150, 2);
    expect(meters.nodeUs(200, PLACES)).toEqual({
      off: 3 * 200 + 40,
      starting: 10 + 100,
      // The third place is warm until it is no longer the next one, and the second after it has drained.
      warm: 10 + 20 + 50,
      idle: 200 + 10 + 140,
      active: 0,
      draining: 20,
      down: 0,
    });
  });
});
