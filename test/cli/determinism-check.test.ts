import { describe, expect, it } from 'vitest';
import { DeterminismCheck } from '../../src/cli/determinism-check.js';
import { Fingerprint } from '../../src/sim/core/fingerprint.js';

/** Feeds events (time, kind, subject) to both runs; the second may differ. */
function fold(fingerprint: Fingerprint, timeUs: number, kind: number, subject: number): void {
  fingerprint.timeUs = timeUs;
  fingerprint.foldEvent(kind, subject);
}

function compared(first: readonly number[][], second: readonly number[][]): DeterminismCheck {
  const check = new DeterminismCheck();
  const firstPrint = new Fingerprint();
  for (const [timeUs = 0, kind = 0, subject = 0] of first) {
    fold(firstPrint, timeUs, kind, subject);
    check.keep(firstPrint);
  }
  const secondPrint = new Fingerprint();
  for (const [timeUs = 0, kind = 0, subject = 0] of second) {
    fold(secondPrint, timeUs, kind, subject);
    check.compare(timeUs, kind, subject, secondPrint);
  }
  return check;
}

const events = Array.from({ length: 300_000 }, (_, index) => [index * 10, index % 11, index % 7]);

describe('DeterminismCheck', () => {
  it('finds no difference between equal runs, however long', () => {
    const check = compared(events, events);
    expect(check.difference).toBeNull();
    expect(check.compared).toBe(check.kept);
  });

  it('names the first event that differs', () => {
    const other = events.map((event, index) => (index === 270_000 ? [index * 10, 3, 99] : event));
    expect(compared(events, other).difference).toEqual({ index: 270_000, timeUs: 2_700_000, kind: 3, subject: 99 });
  });

  it('takes an event too many for a difference', () => {
    expect(compared(events.slice(0, 5), events.slice(0, 6)).difference?.index).toBe(5);
  });

  it('shows an event too few in the counts', () => {
    const check = compared(events.slice(0, 6), events.slice(0, 5));
    expect(check.difference).toBeNull();
    expect([check.compared, check.kept]).toEqual([5, 6]);
  });
});
