import { describe, expect, it } from 'vitest';
import { InvariantError, invariant } from '../../../src/sim/core/invariant.js';

describe('invariant', () => {
  it('does nothing when the condition holds', () => {
    expect(() => invariant(true, 'all is well')).not.toThrow();
  });

  it('names what was found and the simulated time', () => {
    const broken = () => invariant(false, 'free blocks are never negative', 1_500_000, -3);
    expect(broken).toThrow('free blocks are never negative; found -3 (at 1500000 us of simulated time)');
  });

  it('throws an error that carries the time as a number', () => {
    try {
      invariant(false, 'never', 42);
    } catch (error) {
      expect(error).toBeInstanceOf(InvariantError);
      expect(error).toMatchObject({ name: 'InvariantError', atUs: 42 });
      return;
    }
    expect.unreachable();
  });

  it('leaves the time out where none is known', () => {
    expect(() => invariant(false, 'never')).toThrow(/^never$/);
  });
});
