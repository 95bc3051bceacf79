import { describe, expect, it } from 'vitest';
import { InvariantError } from '../../../src/sim/core/invariant.js';
import { Simulation } from '../../../src/sim/core/simulation.js';

const ARRIVAL = 0;
const STEP = 1;
const RANKS = [5, 2];

/** A small model that schedules more work as it goes: each arrival starts a step, each step but the last another. */
function busy(simulation: Simulation, log: string[]) {
  return (kind: number, subject: number) => {
    log.push(`${simulation.nowUs} ${kind} ${subject}`);
    if (kind === ARRIVAL) simulation.at(simulation.nowUs, STEP, 3);
    else if (subject > 0) simulation.at(simulation.nowUs + 7 * subject, STEP, subject - 1);
  };
}

describe('Simulation', () => {
  it('moves the clock to each event and counts it', () => {
    const simulation = new Simulation(RANKS);
    const seen: number[] = [];
    for (const timeUs of [30, 10, 20]) simulation.at(timeUs, ARRIVAL, 0);
    simulation.runUntil(100, () => seen.push(simulation.nowUs));
    expect(seen).toEqual([10, 20, 30]);
    expect(simulation.eventCount).toBe(3);
  });

  it('orders kinds of the same microsecond by the table of ranks', () => {
    const simulation = new Simulation(RANKS);
    const kinds: number[] = [];
    simulation.at(10, ARRIVAL, 0);
    simulation.at(10, STEP, 0);
    simulation.runUntil(10, (kind) => kinds.push(kind));
    expect(kinds).toEqual([STEP, ARRIVAL]);
  });

  it('handles events up to and including the end, and those scheduled for it meanwhile', () => {
    const simulation = new Simulation(RANKS);
    const log: string[] = [];
    simulation.at(10, ARRIVAL, 0);
    simulation.at(11, ARRIVAL, 1);
    simulation.runUntil(10, busy(simulation, log));
    expect(log).toEqual(['10 0 0', '10 1 3']);
    expect(simulation.nextUs).toBe(11);
    expect(simulation.pendingCount).toBe(2);
  });

  it('runs to the end of all events when told to run until Infinity', () => {
    const simulation = new Simulation(RANKS);
    simulation.at(5, ARRIVAL, 0);
    simulation.runUntil(Infinity, busy(simulation, []));
    expect(simulation.pendingCount).toBe(0);
    expect(simulation.nowUs).toBe(5 + 21 + 14 + 7);
  });

  it('is the same run when cut into slices', () => {
    const runs = [1, 13, 1000].map((sliceUs) => {
      const simulation = new Simulation(RANKS);
      const log: string[] = [];
      for (let subject = 0; subject < 20; subject++) simulation.at(subject * 9, ARRIVAL, subject);
      const handler = busy(simulation, log);
      for (let untilUs = 0; untilUs <= 1000; untilUs += sliceUs) simulation.runUntil(untilUs, handler);
      simulation.runUntil(1000, handler);
      return { log, fingerprint: simulation.fingerprint.hex(), events: simulation.eventCount };
    });
    expect(runs[0]!.events).toBe(20 * 5);
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]).toEqual(runs[0]);
  });

  it('does not fire a cancelled event', () => {
    const simulation = new Simulation(RANKS);
    const subjects: number[] = [];
    const timeout = simulation.at(20, ARRIVAL, 1);
    simulation.at(10, ARRIVAL, 2);
    simulation.runUntil(100, (_, subject) => {
      subjects.push(subject);
      simulation.cancel(timeout);
    });
    expect(subjects).toEqual([2]);
    expect(simulation.cancel(timeout)).toBe(false);
  });

  it('refuses to schedule into the past', () => {
    const simulation = new Simulation(RANKS);
    simulation.at(10, ARRIVAL, 0);
    simulation.runUntil(10, () => undefined);
    expect(() => simulation.at(9, ARRIVAL, 0)).toThrow(InvariantError);
    expect(() => simulation.at(10, ARRIVAL, 0)).not.toThrow();
  });

  it('refuses a kind without a rank', () => {
    expect(() => new Simulation(RANKS).at(1, 2, 0)).toThrow('every event kind has a rank; found 2');
  });

  it('shows each event to the observer before it is handled', () => {
    const simulation = new Simulation(RANKS);
    const log: string[] = [];
    simulation.observer = (timeUs, kind, subject, fingerprint) =>
      log.push(`sees ${timeUs} ${kind} ${subject} ${fingerprint.hex() === simulation.fingerprint.hex()}`);
    simulation.at(10, STEP, 4);
    simulation.runUntil(10, () => log.push('handled'));
    expect(log).toEqual(['sees 10 1 4 true', 'handled']);
  });

  it('ends with another fingerprint when one event differs', () => {
    const fingerprints = [4, 5].map((subject) => {
      const simulation = new Simulation(RANKS);
      simulation.at(10, STEP, subject);
      simulation.runUntil(10, () => undefined);
      return simulation.fingerprint.hex();
    });
    expect(fingerprints[0]).not.toBe(fingerprints[1]);
  });
});
