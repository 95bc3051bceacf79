import { describe, expect, it } from 'vitest';
import { type Axis, gridPoints, latinHypercube, numberOf, parseAxis } from '../../src/plan/vary.js';

function axis(text: string): Axis {
  const parsed = parseAxis(text);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.value;
}

function values(text: string): string[] {
  const points = gridPoints([axis(text)]);
  return points.ok ? points.value.map(([value]) => value!) : [];
}

describe('what a sweep varies', () => {
  it('reads lists, whole ranges, ranges with steps, units and log ranges', () => {
    expect(values('fleet.main.nodes=1..4')).toEqual(['1', '2', '3', '4']);
    expect(values('p=0.3,0.5, 0.7')).toEqual(['0.3', '0.5', '0.7']);
    expect(values('p=10/s..40/s:4')).toEqual(['10/s', '20/s', '30/s', '40/s']);
    expect(values('p=$1..$2:3')).toEqual(['$1', '$1.5', '$2']);
    expect(values('p=x1..x16:log:5')).toEqual(['x1', 'x2', 'x4', 'x8', 'x16']);
    expect(values('p=0.5..1.5')).toEqual(['0.5', '0.75', '1', '1.25', '1.5']);
    expect(values('p=1..12:4')).toEqual(['1', '5', '8', '12']);
    expect(values('p={gamma: {rate: 9/s, cv: 2}},40/s')).toEqual(['{gamma: {rate: 9/s, cv: 2}}', '40/s']);
    expect(values('p=one')).toEqual(['one']);
  });

  it('says what is wrong with a range', () => {
    for (const [text, reason] of [
      ['nodes', /does not say what to vary/],
      ['=1', /does not say what to vary/],
      ['p=', /does not say what to vary/],
      ['p=5..1', /does not go up/],
      ['p=1/s..5/min', /different units/],
      ['p=0..5:log', /must begin above 0/],
      ['p=1..5:1', /two values/],
      ['p=a..b', /not a range of quantities/],
      ['p=1,,2', /empty value/],
      ['p=1..99999999', /more than 20000/],
    ] as const) {
      const parsed = parseAxis(text);
      expect(parsed.ok ? '' : parsed.reason, text).toMatch(reason);
    }
  });

  it('combines axes, the last one fastest, within bounds', () => {
    const points = gridPoints([axis('a=1..2'), axis('b=x,y')]);
    expect(points).toEqual({
      ok: true,
      value: [
        ['1', 'x'],
        ['1', 'y'],
        ['2', 'x'],
        ['2', 'y'],
      ],
    });
    expect(gridPoints([axis('a=1..1000'), axis('b=1..1000')]).ok).toBe(false);
  });

  it('spreads a latin hypercube: every stratum of every axis once, the same for the same seed', () => {
    const axes = [axis('a=0%..100%'), axis('b=1..20'), axis('c=u,v'), axis('d=x1..x100:log')];
    const points = latinHypercube(axes, 20, '7');
    const column = (at: number) => points.map((point) => numberOf(point[at]!)!);
    expect(
      column(0)
        .map((value) => Math.floor(value / 5))
        .toSorted((a, b) => a - b),
    ).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(column(1).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(points.filter((point) => point[2] === 'u')).toHaveLength(10);
    expect(
      column(3)
        .map((value) => Math.floor(Math.log10(value) * 10))
        .toSorted((a, b) => a - b),
    ).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(latinHypercube(axes, 20, '7')).toEqual(points);
    expect(latinHypercube(axes, 20, '8')).not.toEqual(points);
  });
});
