import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Operations, STEADY, type Takeover } from '../../../src/models/operations.js';
import type { NodeEngine } from '../../../src/sim/engine/node-engine.js';
import { type Borrower, Loans } from '../../../src/sim/fleet/loans.js';
import { Node } from '../../../src/sim/fleet/node.js';
import { Pool } from '../../../src/sim/fleet/pool.js';
import { PoolMeters } from '../../../src/sim/fleet/pool-meters.js';
import { Roster } from '../../../src/sim/fleet/roster.js';
import { ALONE, pool as spec } from '../../helpers/scenario.js';

const COLD_US = 600;

interface Side {
  readonly roster: Roster;
  readonly nodes: readonly Node[];
  readonly pool: Pool;
  /** Starts under way: when each is over, by place. */
  readonly starts: Map<number, number>;
  readonly calls: string[];
}

/** A pool with so many places, the first `own` of them for nodes of its own; `clock` is read when something starts. */
function side(places: number, own: number, clock: { us: number }, operations: Partial<Operations> = {}): Side {
  const pool = new Pool(spec(), 0, ALONE, places, [0], 1, () => 0);
  const meters = new PoolMeters([spec()], 0, 1e12, 1, { nowUs: 0 });
  const nodes = Array.from({ length: places }, (_, place) => {
    return new Node([pool], place, [{ engine: { isBusy: false } as NodeEngine, note: () => undefined }], meters);
  });
  const starts = new Map<number, number>();
  const calls: string[] = [];
  const coldStart = { ...STEADY.coldStart, loadUs: COLD_US };
  const roster = new Roster(
    nodes,
    { ...STEADY, coldStart, ...operations },
    {
      callWhenReady: (place, afterUs) => {
        starts.set(place, clock.us + afterUs);
        calls.push(`start ${place} ${afterUs}`);
        return place;
      },
      forget: (handle) => expect(starts.delete(handle)).toBe(true),
      renew: ({ place }) => calls.push(`renew ${place}`),
      billed: (fromUs, toUs) => calls.push(`billed ${fromUs} to ${toUs}`),
      drains: ({ place }) => calls.push(`drains ${place}`),
    },
    own,
  );
  return { roster, nodes, pool, starts, calls };
}

const terms = (overrides: Partial<Takeover> = {}): Takeover => ({
  pool: 'lender',
  nodesForOne: 1,
  keep: 1,
  switchUs: 50,
  backUs: 30,
  ...overrides,
});

/** A lender of four nodes, and a pool of up to two others' nodes. */
function pair(overrides: Partial<Takeover> = {}, operations: Partial<Operations> = {}) {
  const clock = { us: 0 };
  const lender = side(4, 4, clock, operations);
  const borrower = side(2, 0, clock);
  lender.roster.begin(4, 4);
  borrower.roster.begin(0, 0);
  const loans = new Loans(lender.roster, [{ roster: borrower.roster, terms: terms(overrides) }]);
  const at = (us: number, what: () => void = () => undefined): void => {
    clock.us = us;
    for (const one of [lender, borrower]) {
      for (const [place, dueUs] of [...one.starts].sort(([, a], [, b]) => a - b)) {
        if (dueUs > us || !one.starts.delete(place)) continue;
        one.roster.ready(dueUs, place);
        loans.settle(dueUs);
      }
    }
    what();
    loans.settle(us);
  };
  return { lender, borrower, loans, at, shown: () => [shown(lender), shown(borrower)] };
}

function shown({ nodes }: Side): string {
  return nodes
    .map(({ phase, use, isAway }) => (isAway ? 'away' : phase === 'loaded' && use !== 'open' ? 'draining' : phase))
    .join(' ');
}

function busy({ pool }: Side, place: number): void {
  pool.enqueued(0, place, 0, 1);
}

function done({ pool, roster }: Side, place: number, nowUs: number): void {
  pool.departed(nowUs, place, 0, 1, true);
  roster.drained(nowUs, place);
}

describe('nodes that one pool takes over from another', () => {
  it('go when they have nothing to do, and take the time that the switch takes', () => {
    const { lender, borrower, at, shown } = pair();
    busy(lender, 3);
    at(10, () => borrower.roster.want(10, 1));
    expect(shown()).toEqual(['loaded loaded loaded draining', 'off off']);
    at(20, () => done(lender, 3, 20));
    expect(shown()).toEqual(['loaded loaded loaded away', 'starting off']);
    at(69);
    expect(borrower.pool.activeNodes).toBe(0);
    at(70);
    expect([lender.pool.activeNodes, borrower.pool.activeNodes]).toEqual([3, 1]);
    expect(shown()).toEqual(['loaded loaded loaded away', 'loaded off']);
  });

  it('go back when they are not needed, drained as well, and not by a cold start', () => {
    const { lender, borrower, at, shown } = pair();
    at(0, () => borrower.roster.want(0, 2));
    at(50);
    expect(shown()).toEqual(['loaded loaded away away', 'loaded loaded']);
    busy(borrower, 1);
    at(60, () => borrower.roster.want(60, 0));
    expect(shown()).toEqual(['loaded loaded starting away', 'off draining']);
    at(80, () => done(borrower, 1, 80));
    at(110);
    expect(shown()).toEqual(['loaded loaded loaded loaded', 'off off']);
    expect(lender.calls.filter((call) => call.startsWith('start'))).toEqual(['start 2 30', 'start 3 30']);
  });

  it('stay where they are when they are asked for again before they have left', () => {
    const { lender, borrower, at, shown } = pair();
    busy(lender, 3);
    at(10, () => borrower.roster.want(10, 1));
    at(20, () => borrower.roster.want(20, 0));
    expect(shown()).toEqual(['loaded loaded loaded loaded', 'off off']);
    at(30, () => borrower.roster.want(30, 2));
    at(40, () => done(lender, 3, 40));
    at(90);
    busy(borrower, 1);
    at(100, () => borrower.roster.want(100, 0));
    at(110, () => borrower.roster.want(110, 1));
    // The node that still works is kept, although it has the higher place.
    expect(shown()).toEqual(['loaded loaded starting away', 'off loaded']);
  });

  it('leave the other pool its least, and come back when it is to be smaller', () => {
    const { lender, borrower, at, shown } = pair({ keep: 3 });
    at(0, () => borrower.roster.want(0, 2));
    expect(shown()).toEqual(['loaded loaded loaded away', 'starting off']);
    at(10, () => lender.roster.want(10, 2));
    expect(shown()).toEqual(['loaded loaded off off', 'off off']);
  });

  it('are made of several where they have more devices, and go when all of them can', () => {
    const { lender, borrower, at, shown } = pair({ nodesForOne: 2 });
    busy(lender, 2);
    at(10, () => borrower.roster.want(10, 2));
    expect(shown()).toEqual(['loaded loaded draining draining', 'off off']);
    at(20, () => done(lender, 2, 20));
    expect(shown()).toEqual(['loaded loaded away away', 'starting off']);
  });

  it('go only while they work', () => {
    const { lender, borrower, at, shown } = pair();
    lender.nodes[3]!.outages = 1;
    at(10, () => borrower.roster.want(10, 1));
    expect(shown()[1]).toBe('off off');
    lender.nodes[3]!.outages = 0;
    at(20);
    expect(shown()).toEqual(['loaded loaded loaded away', 'starting off']);
  });

  it('count towards the minimum that they are paid for where they were started', () => {
    const { lender, borrower, at } = pair({}, { minimumBilledUs: 5000 });
    at(0, () => lender.roster.want(0, 3));
    at(10, () => lender.roster.want(10, 4));
    at(10 + COLD_US);
    at(1000, () => borrower.roster.want(1000, 1));
    at(2000, () => lender.roster.want(2000, 3));
    at(2000, () => borrower.roster.want(2000, 0));
    expect(lender.calls.filter((call) => call.startsWith('billed'))).toEqual(['billed 2000 to 5010']);
  });

  it('are at exactly one pool at any instant, whatever is asked for in whichever order', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('want' as const), pool: fc.nat(2), nodes: fc.nat(6) }),
      fc.record({ do: fc.constant('work' as const), pool: fc.nat(2), nodes: fc.nat(7) }),
      fc.record({ do: fc.constant('done' as const), pool: fc.nat(2), nodes: fc.nat(7) }),
      fc.record({ do: fc.constant('break' as const), pool: fc.nat(2), nodes: fc.nat(7) }),
      fc.record({ do: fc.constant('wait' as const), pool: fc.constant(0), nodes: fc.integer({ min: 1, max: 700 }) }),
    );
    const setting = fc.record({
      steps: fc.array(step, { minLength: 5, maxLength: 60 }),
      terms: fc.array(
        fc.record({
          nodesForOne: fc.constantFrom(1, 1, 2),
          keep: fc.constantFrom(1, 2),
          switchUs: fc.constantFrom(0, 50),
        }),
        { minLength: 2, maxLength: 2 },
      ),
      own: fc.constantFrom(0, 0, 1),
      warm: fc.constantFrom(0, 0, 1),
    });
    fc.assert(
      fc.property(setting, ({ steps, terms: drawn, own, warm }) => {
        const clock = { us: 0 };
        const warmPool = warm === 0 ? null : { nodes: warm, startUs: 5, costPicoPerHour: null };
        const lender = side(6 + warm, 6 + warm, clock, { warmPool });
        const others = [side(3, own, clock), side(3, 0, clock)];
        lender.roster.begin(6, 6);
        for (const [i, { roster }] of others.entries()) roster.begin(i === 0 ? own : 0, i === 0 ? own : 0);
        const borrowers: Borrower[] = others.map(({ roster }, i) => ({ roster, terms: terms(drawn[i]!) }));
        const loans = new Loans(lender.roster, borrowers);
        const sides = [lender, ...others];
        const machines = (): void => {
          const away = lender.nodes.filter(({ isAway }) => isAway);
          // At home or away, and as many away as the others are made of.
          for (const { phase } of away) expect(phase).toBe('off');
          const made = others.map(({ roster }, i) => roster.held * drawn[i]!.nodesForOne);
          expect(away.length).toBe(made[0]! + made[1]!);
          const held = borrowers.map(({ roster }) => roster.held);
          expect(loans.machinesOf(0).length + loans.machinesOf(1).length).toBe(held[0]! + held[1]!);
          const parts = [...loans.machinesOf(0), ...loans.machinesOf(1)].flat();
          expect(new Set(parts)).toEqual(new Set(away));
          expect(parts.length).toBe(away.length);
          // The least that it keeps is open for work, or on its way there.
          const least = Math.min(Math.max(...drawn.map(({ keep }) => keep)), lender.roster.wanted);
          expect(lender.nodes.filter(({ use }) => use === 'open').length).toBeGreaterThanOrEqual(least);
          for (const { roster, nodes } of others) {
            expect(nodes.filter(({ use }) => use === 'open').length).toBeLessThanOrEqual(roster.wanted);
          }
        };
        const pass = (us: number): void => {
          const until = clock.us + us;
          for (;;) {
            const due = sides.flatMap((one) => [...one.starts].map(([place, atUs]) => ({ one, place, atUs })));
            const next = due.sort((a, b) => a.atUs - b.atUs)[0];
            if (next === undefined || next.atUs > until) break;
            clock.us = next.atUs;
            next.one.starts.delete(next.place);
            next.one.roster.ready(clock.us, next.place);
            loans.settle(clock.us);
            machines();
          }
          clock.us = until;
        };
        for (const { do: what, pool, nodes } of steps) {
          const one = sides[pool]!;
          const node = one.nodes[nodes % one.nodes.length]!;
          if (what === 'want') one.roster.want(clock.us, Math.min(nodes, pool === 0 ? 6 : 3));
          else if (what === 'work' && node.isOpen) busy(one, node.place);
          else if (what === 'done' && one.pool.loadOf(node.place) > 0) done(one, node.place, clock.us);
          else if (what === 'break') node.outages = node.outages === 0 && node.phase !== 'off' ? 1 : 0;
          else if (what === 'wait') pass(nodes);
          loans.settle(clock.us);
          machines();
        }
        // When all is done, everything stands where it is wanted.
        for (const one of sides) {
          for (const node of one.nodes) {
            node.outages = 0;
            while (one.pool.loadOf(node.place) > 0) done(one, node.place, clock.us);
          }
        }
        loans.settle(clock.us);
        pass(10_000);
        machines();
        for (const { starts } of sides) expect(starts.size).toBe(0);
        const spare = lender.roster.wanted - Math.max(...drawn.map(({ keep }) => keep));
        for (const [i, { roster }] of others.entries()) {
          expect(roster.leaving()).toEqual([]);
          // Who is short of nodes is so because there is none to spare.
          const parts = drawn.map(({ nodesForOne }, at) => nodesForOne * others[at]!.roster.held);
          if (roster.held < roster.asked) expect(spare - parts[0]! - parts[1]!).toBeLessThan(drawn[i]!.nodesForOne);
        }
        const away = lender.nodes.filter(({ isAway }) => isAway).length;
        expect(lender.nodes.filter(({ phase }) => phase === 'loaded').length).toBe(lender.roster.openNodes);
        expect(lender.roster.openNodes + away).toBe(lender.roster.wanted);
      }),
      { numRuns: process.env['TIERSIM_FULL'] === '1' ? 20_000 : 500, seed: 20_261_126 },
    );
  });
});
