import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { TraceSource } from '../../src/models/trace.js';
import { detectLayout } from '../../src/trace/detect.js';
import { fittedRates } from '../../src/trace/fit-rates.js';
import { parseTrace } from '../../src/trace/parser.js';

/** A table as the command reads it: by its own first line. */
function tableOf(text: string) {
  const layout = detectLayout(text.split('\n', 1)[0]!)!;
  const { table, problems } = parseTrace(text, { ...layout, file: 'rates.csv', maxBadRows: 0 } satisfies TraceSource);
  if (table?.kind !== 'rates') throw new Error(problems.map(({ message }) => message).join());
  return table;
}

const fitted = (text: string) =>
  (parse(fittedRates(tableOf(text), 'all')) as { traffic: { name: string; arrivals: unknown; input?: number }[] })
    .traffic;

/** Mean 60 a minute, twice of which by day as by night, with its peak in minute 900: 15:00. */
function sinusoid(days: number): string {
  const rows = Array.from({ length: days * 144 }, (_, index) => {
    const rate = 60 * (1 + Math.cos((2 * Math.PI * (index * 10 + 5 - 900)) / 1440) / 3);
    return `${index * 10},${rate.toFixed(6)},30`;
  });
  return ['minute,wave_rpm,flat_rpm', ...rows].join('\n');
}

describe('a fit of rates', () => {
  it('finds the daily curve that the table was made of', () => {
    const [wave, flat] = fitted(sinusoid(3));
    const { daily } = wave!.arrivals as { daily: { mean: string; peakToTrough: number; peakAt: string } };
    expect(daily).toMatchObject({ mean: '1/s', peakAt: '15.0h' });
    expect(daily.peakToTrough).toBeCloseTo(2, 2);
    expect(flat).toEqual({ name: 'flat_rpm', arrivals: '0.5/s' });
  });

  it('takes the mean where the table holds less than a day', () => {
    expect(fitted('minute,a_rpm\n0,60\n10,180\n20,180')).toEqual([{ name: 'a_rpm', arrivals: '2.333/s' }]);
  });

  it('turns prompt tokens into requests of a length that it names', () => {
    expect(fitted('minute,x\n0,60000\n1,180000')).toEqual([{ name: 'x', arrivals: '2/s', input: 1000 }]);
  });

  it('fits many clients as their sum', () => {
    const rows = Array.from({ length: 13 }, (_, client) => `${client},0,2,1,Gamma,1,1`);
    expect(fitted(['client,t_s,rate_rps,cv,pattern,p1,p2', ...rows].join('\n'))).toEqual([
      { name: 'all', arrivals: '26/s' },
    ]);
  });

  it('quotes a name that YAML would take for something else', () => {
    expect(fitted('minute,"x: {y}"\n0,60000\n1,180000')[0]!.name).toBe('x: {y}');
  });
});

describe('the layout that a first line speaks of', () => {
  it('tells requests a minute from prompt tokens a minute', () => {
    expect(detectLayout('minute,code_rpm,conv_rpm')).toMatchObject({ format: 'rates', rateUnit: 'requestsPerMinute' });
    expect(detectLayout('minute,A_dev,A_prod')).toMatchObject({ format: 'sageserve', rateUnit: null });
  });
});

it('a window of ServeGen whose CV is beyond all measure is played as the widest', () => {
  const table = tableOf('client,t_s,rate_rps,cv,pattern,p1,p2\n60,0,1837.5,1038.4,Weibull,0.15481,0.00072118');
  expect(table.clients[0]!.windows[0]!.cv).toBe(1000);
});
