import { describe, expect, it } from 'vitest';
import { contextsOf, fitsAnywhere, groupsThatFit } from '../../../src/sim/gateway/context-fit.js';
import { pool } from './fixtures.js';

const [small, middle, large] = [10, 20, 30].map((maxModelLen) => pool(`${maxModelLen}`, { maxModelLen }));
const groups = [[small!, large!], [middle!]];

describe('a prompt and the context of pools', () => {
  it('fits where a first token has room beside it', () => {
    expect([9, 10, 19, 20, 29, 30].map((tokens) => fitsAnywhere(contextsOf([[small!], [middle!]]), tokens))).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(fitsAnywhere(contextsOf([]), 1)).toBe(false);
    expect(fitsAnywhere(contextsOf([[], [large!]]), 29)).toBe(true);
  });

  it('leaves out the pools that it does not fit, whatever their group', () => {
    const left = (tokens: number) =>
      groupsThatFit(contextsOf(groups), tokens).flatMap((group) => group.map(({ name }) => name));
    expect(left(9)).toEqual(['10', '30', '20']);
    expect(left(10)).toEqual(['30', '20']);
    expect(left(20)).toEqual(['30']);
    expect(left(30)).toEqual([]);
  });

  it('copies nothing where it fits everywhere', () => {
    expect(groupsThatFit(contextsOf(groups), 9)).toBe(groups);
    expect(groupsThatFit(contextsOf(groups), 10)).not.toBe(groups);
  });
});
