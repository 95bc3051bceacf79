import { expect, it } from 'vitest';
import { drawHeatMap, drawPoints } from '../../src/report/study-drawing.js';

/** What stands under the axis. */
function namedX(xs: readonly number[]): string[] {
  const { text: svg } = drawPoints({
    title: 'a tier',
    xLabel: 'nodes',
    yLabel: 'ms',
    yText: () => '',
    color: 'red',
    points: xs.map((x, y) => ({ x, y, label: '' })),
    line: xs.map((_, place) => place),
  });
  return [...svg.matchAll(/text-anchor="middle"[^>]*>([\d.,]+)<\/text>/g)].map(([, text]) => text!);
}

it('names only whole values under whole ones', () => {
  expect(namedX([2, 3])).toEqual(['2', '3']);
  expect(namedX([1, 2, 7, 12])).toEqual(['5', '10']);
  expect(namedX([0.5, 1])).toContain('0.6');
});

it('writes why a cell has no value, and leaves it without colour', () => {
  const labels = { title: 'p95', columns: ['x1', 'x2'], rows: ['1'], columnLabel: 'arrivals', rowLabel: 'nodes' };
  const { text } = drawHeatMap({ ...labels, values: [[188, 'never']], format: (ms) => `${ms} ms` });
  expect(text).toContain('<title>nodes 1, arrivals x2: never</title>');
  expect(text).toMatch(/fill-opacity="0" [^>]*\/><text [^>]*>never<\/text>/);
  expect(text).toMatch(/fill-opacity="0\.[^>]*\/><text [^>]*>188 ms<\/text>/);
});
