import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { cell, grid } from '../../src/report/grid.js';

const row = (...texts: string[]) => texts.map((text) => cell(text));

describe('grid', () => {
  it('aligns the first column to the left and the others to the right', () => {
    const lines = grid([row('name', 'a', 'long'), row('x', '1,000', '2')], { color: false, width: 80 });
    expect(lines).toEqual(['name      a  long', 'x     1,000     2']);
  });

  it('repeats the first column in a further block where columns do not fit', () => {
    const lines = grid([row('name', 'aaaaaa', 'bbbbbb'), row('x', '1', '2')], { color: false, width: 14 });
    expect(lines).toEqual(['name  aaaaaa', 'x          1', '', 'name  bbbbbb', 'x          2']);
  });

  it('keeps columns aligned under wide names', () => {
    const lines = grid([row('', '漢字'), row('x', '1')], { color: false, width: 80 });
    expect(lines).toEqual(['   漢字', 'x     1']);
  });

  it('aligns the same with colour as without', () => {
    const rows = [[cell('name', 'heading'), cell('value', 'good')], row('x', '1')];
    const colored = grid(rows, { color: true, width: 80 }).join('\n');
    expect(colored).toContain('\u001B[');
    expect(stripVTControlCharacters(colored)).toBe(grid(rows, { color: false, width: 80 }).join('\n'));
  });
});
