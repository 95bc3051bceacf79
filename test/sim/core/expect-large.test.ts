import { expect, it } from 'vitest';
import { expectLarge } from '../../../src/sim/core/expect-large.js';

class Tally {
  tokens = 0;
  name = '';
  steps = 0;
}

it('changes the example and no other object', () => {
  const example = new Tally();
  expectLarge(example, 'tokens');
  expect(example.tokens).toBeGreaterThan(2 ** 31);
  expect(example.steps).toBe(0);
  expect(new Tally()).toEqual({ tokens: 0, name: '', steps: 0 });
});
