import { describe, expect, it } from 'vitest';
import { traceArrivals } from '../helpers/scenario.js';
import { load, withClass } from './fixture.js';

const arrivalsOf = (rest: string) => load(withClass(rest)).scenario?.traffic[0]?.arrivals;
const messages = (rest: string) => load(withClass(rest)).problems.map(({ message }) => message);

describe('a trace in a scenario', () => {
  it('has the columns of its format; those of a csv are called as ours', () => {
    expect(arrivalsOf('trace: {file: t.csv, format: csv}')).toEqual(
      traceArrivals({ file: 't.csv', format: 'csv', columns: { input: 'input', output: 'output' } }),
    );
    expect(arrivalsOf('input: 5, trace: {file: t.csv, format: csv, columns: {time: at}}')).toMatchObject({
      columns: { time: 'at', output: 'output' },
    });
    expect(arrivalsOf('trace: {file: t, format: mooncake}')).toMatchObject({ columns: {}, spreadUs: 3e6 });
    expect(arrivalsOf('trace: {file: t, format: mooncake, spread: 0s}')).toMatchObject({ spreadUs: 0 });
  });

  it('maps what its rows say to tiers, which are then the tiers of the class', () => {
    const rest =
      'trace: {file: t.csv, format: csv, columns: {tier: sla}, tiers: {prod: priority, dev: flex, test: flex}}';
    expect(arrivalsOf(rest)).toMatchObject({
      tierOf: [
        { label: 'prod', tier: 'priority' },
        { label: 'dev', tier: 'flex' },
        { label: 'test', tier: 'flex' },
      ],
    });
    expect(load(withClass(rest)).scenario?.traffic[0]?.tiers).toEqual([
      { tier: 'priority', value: 0.5 },
      { tier: 'flex', value: 0.5 },
    ]);
  });

  it.each([
    [
      'an unknown tier',
      'trace: {file: t, format: sageserve, tiers: {A_prod: priorty}}, input: 5, output: 5',
      'unknown tier "priorty"',
    ],
    [
      'tiers without a column',
      'trace: {file: t, format: azure, tiers: {a: flex}}',
      'its rows have no tier: name the column in columns.tier',
    ],
    [
      'two sources of tiers',
      'tier: flex, trace: {file: t, format: csv, columns: {tier: sla}}',
      'tiers come from the mix or from the trace, not from both',
    ],
    ['a column of no use', 'trace: {file: t, format: csv, columns: {tme: at}}', 'unknown key "tme"'],
    [
      'columns where names are fixed',
      'trace: {file: t, format: mooncake, columns: {time: at}}',
      'the columns of the format mooncake have fixed names',
    ],
    [
      'rates without lengths',
      'trace: {file: t, format: servegen}, input: 5',
      '"output" is missing: a number of tokens or a distribution: the format servegen has rates and no lengths',
    ],
    [
      'a unit of no use',
      'trace: {file: t, format: azure, rateUnit: requestsPerMinute}',
      'rateUnit says nothing of the format azure',
    ],
    [
      'two kinds of prefixes',
      'sharedPrefix: 70%, trace: {file: t, format: mooncake}',
      'what prompts share comes with the rows of this trace',
    ],
    [
      'an end before the beginning',
      'trace: {file: t, format: azure, from: 5m, to: 5m}',
      'the trace ends before it begins',
    ],
  ])('refuses %s', (_, rest, message) => {
    expect(messages(rest)).toEqual([message]);
  });

  it.each([
    'speed: 0',
    'speed: 1e9',
    'scale: 0',
    'scale: 1e6',
    'maxBadRows: -1',
    'maxBadRows: 1.5',
    'loop: maybe',
    'format: excel',
  ])('refuses %s', (rest) => {
    expect(
      messages(`trace: {file: t, format: azure, ${rest}}`.replace('format: azure, format', 'format')).length,
    ).toBeGreaterThan(0);
  });
});

describe('clients and weeks in a scenario', () => {
  const of = (arrivals: string) => arrivalsOf(`input: 5, output: 5, arrivals: ${arrivals}`);
  const wrong = (arrivals: string) => messages(`input: 5, output: 5, arrivals: ${arrivals}`);

  it('are one group or several, with a rate or with windows', () => {
    expect(of('{clients: {count: 500, rate: 40/s, zipf: 1.1, cv: 2, law: weibull}}')).toEqual({
      kind: 'clients',
      groups: [{ count: 500, zipf: 1.1, windows: [{ fromUs: 0, perSecond: 40, cv: 2, law: 'weibull' }] }],
    });
    expect(
      of('{clients: [{rate: 1/s}, {cv: 3, windows: [{from: 0m, rate: 1/s}, {from: 10m, rate: 5/s, cv: 1}]}]}'),
    ).toEqual({
      kind: 'clients',
      groups: [
        { count: 1, zipf: 0, windows: [{ fromUs: 0, perSecond: 1, cv: 1, law: 'gamma' }] },
        {
          count: 1,
          zipf: 0,
          windows: [
            { fromUs: 0, perSecond: 1, cv: 3, law: 'gamma' },
            { fromUs: 600e6, perSecond: 5, cv: 1, law: 'gamma' },
          ],
        },
      ],
    });
  });

  it('weigh the days of a week to a mean of one', () => {
    expect(of('{weekly: {mean: 40/s, peakToTrough: 4, weekend: 50%, cv: 2}}')).toEqual({
      kind: 'weekly',
      meanPerSecond: 40,
      peakToTrough: 4,
      peakAtUs: 15 * 3600e6,
      dayFactors: [7, 7, 7, 7, 7, 3.5, 3.5].map((weight) => expect.closeTo(weight / 6, 12)),
      cv: 2,
    });
    expect(of('{weekly: {mean: 1/s, days: [1, 0, 0, 0, 0, 0, 0]}}')).toMatchObject({
      dayFactors: [7, 0, 0, 0, 0, 0, 0],
    });
  });

  it.each([
    ['{clients: {count: 3}}', '"rate" is missing: a rate such as 40/s, or windows'],
    ['{clients: {rate: 1/s, windows: []}}', 'a group has one rate or windows, not both'],
    ['{clients: {windows: []}}', 'the list is empty: at least one window {from, rate}'],
    ['{clients: []}', 'the list is empty: at least one group of clients'],
    [
      '{clients: {windows: [{from: 1m, rate: 1/s}, {from: 1m, rate: 2/s}]}}',
      'the points must go forward in time, this one does not',
    ],
    ['{clients: [{count: 90k, rate: 1/s}, {count: 90k, rate: 1/s}]}', 'Invalid input'],
    ['{weekly: {mean: 1/s, days: [0, 0, 0, 0, 0, 0, 0]}}', 'a week needs a day with a weight above 0'],
    [
      '{weekly: {mean: 1/s, weekend: 50%, days: [1, 1, 1, 1, 1, 1, 1]}}',
      'the days are weighed by weekend or by days, not by both',
    ],
  ])('refuse %s', (arrivals, message) => {
    const found = wrong(arrivals);
    expect(found.length).toBeGreaterThan(0);
    if (message !== 'Invalid input') expect(found).toEqual([message]);
  });
});
