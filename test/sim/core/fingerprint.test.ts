import { describe, expect, it } from 'vitest';
import { Fingerprint } from '../../../src/sim/core/fingerprint.js';

type Event = readonly [timeUs: number, kind: number, subject: number];

function fold(fingerprint: Fingerprint, timeUs: number, kind: number, subject: number): void {
  fingerprint.timeUs = timeUs;
  fingerprint.foldEvent(kind, subject);
}

function hexOf(...events: Event[]): string {
  const fingerprint = new Fingerprint();
  for (const [timeUs, kind, subject] of events) fold(fingerprint, timeUs, kind, subject);
  return fingerprint.hex();
}

function hexOfNumbers(...values: number[]): string {
  const fingerprint = new Fingerprint();
  for (const value of values) fingerprint.fold(value);
  return fingerprint.hex();
}

describe('Fingerprint', () => {
  it('keeps its numbers from version to version', () => {
    expect(new Fingerprint().hex()).toBe('26f52ec9cabed343');
    expect(hexOf([1, 2, 3], [1_209_600_000_000, 17, 123_456])).toBe('fcb6516d4a268fba');
    expect(hexOfNumbers(1, -0.1, 1e300)).toBe('fd5d75e683747b6e');
  });

  it('has 16 hexadecimal digits', () => {
    for (let subject = 0; subject < 1000; subject++) expect(hexOf([0, 0, subject])).toMatch(/^[0-9a-f]{16}$/);
  });

  it('depends on the order of events', () => {
    expect(hexOf([1, 0, 0], [1, 1, 0])).not.toBe(hexOf([1, 1, 0], [1, 0, 0]));
  });

  it('can be read in the middle without being disturbed', () => {
    const fingerprint = new Fingerprint();
    fold(fingerprint, 1, 2, 3);
    fingerprint.hex();
    fold(fingerprint, 4, 5, 6);
    expect(fingerprint.hex()).toBe(hexOf([1, 2, 3], [4, 5, 6]));
  });

  it.each<[string, Event]>([
    ['kind', [1000, 2, 1]],
    ['subject', [1000, 1, 2]],
    ['lower half of the time', [1001, 1, 1]],
    ['upper half of the time', [1000 + 4_294_967_296, 1, 1]],
  ])('changes with the %s', (_, changed) => {
    expect(hexOf(changed)).not.toBe(hexOf([1000, 1, 1]));
  });

  it('tells 300,000 short runs apart', () => {
    const seen = new Set<string>();
    for (let timeUs = 0; timeUs < 100; timeUs++) {
      for (let kind = 0; kind < 10; kind++) {
        for (let subject = 0; subject < 300; subject++) seen.add(hexOf([timeUs, kind, subject], [timeUs, kind, 0]));
      }
    }
    expect(seen.size).toBe(300_000);
  });

  it('changes about half of its bits when one bit of an early event changes', () => {
    const later = Array.from({ length: 10 }, (_, index): Event => [index, 1, index]);
    let changedBits = 0;
    for (let bit = 0; bit < 31; bit++) {
      const difference = BigInt(`0x${hexOf([0, 0, 1 << bit], ...later)}`) ^ BigInt(`0x${hexOf([0, 0, 0], ...later)}`);
      changedBits += difference.toString(2).replaceAll('0', '').length;
    }
    // 31 * 64 fair coins: mean 992, standard deviation 22.3.
    expect(Math.abs(changedBits - 992)).toBeLessThan(4 * 22.3);
  });

  it('tells fractions apart, takes 0 and -0 as one, and refuses NaN', () => {
    expect(hexOfNumbers(1)).not.toBe(hexOfNumbers(1.5));
    expect(hexOfNumbers(0.1 + 0.2)).not.toBe(hexOfNumbers(0.3));
    expect(hexOfNumbers(0)).toBe(hexOfNumbers(-0));
    expect(() => hexOfNumbers(Number.NaN)).toThrow('a fingerprint takes no NaN');
  });
});
