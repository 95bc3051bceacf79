import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { errors, load, scenarioOf, scenarioText, withClass } from './fixture.js';

const rushHour = readFileSync('scenarios/deepinfra-rush-hour.yaml', 'utf8');
const withSet = (...set: string[]) => scenarioOf(rushHour, { set });

describe('--set', () => {
  it('changes a value of a list entry by its name', () => {
    expect(withSet('fleet.llama.nodes=6').pools[0]?.nodes).toBe(6);
  });

  it('changes a value by its number in the list', () => {
    expect(withSet('traffic.1.input=77').traffic[1]?.input).toMatchObject({ tokens: 77 });
  });

  it('finds names that hold dots, and makes a mapping of a provider that was a name', () => {
    const { provider } = withSet('provider.models.llama-3.1-8b.priority=false');
    expect(provider.id).toBe('deepinfra');
    const [first] = provider.support;
    expect([first?.tier, first?.model, first?.answer]).toEqual(['priority', 'llama-3.1-8b', 'downgrade']);
  });

  it('takes the longest name that fits', () => {
    const text = scenarioText({
      fleet: [
        'fleet:',
        '  - {name: a, model: llama-3.1-8b, hardware: h100}',
        '  - {name: a.nodes, model: llama-3.1-8b, hardware: h100}',
      ].join('\n'),
    });
    const { pools } = scenarioOf(text, { set: ['fleet.a.nodes.nodes=5', 'fleet.a.gpusPerNode=2'] });
    expect(pools.map((pool) => [pool.nodes, pool.gpusPerNode])).toEqual([
      [1, 2],
      [5, 1],
    ]);
  });

  it('reads the value as YAML', () => {
    expect(withSet('traffic.chat.tier={standard: 50%, priority: 50%}').traffic[1]?.tiers).toHaveLength(2);
    expect(withSet('targets=[]').targets).toEqual([]);
    expect(withSet('drain=true').drain).toBe(true);
  });

  it('adds what the file does not have', () => {
    expect(withSet('fleet.llama.engine.maxNumSeqs=7').pools[0]?.engine.maxNumSeqs).toBe(7);
  });

  it('puts another form in the place of the one that stands there', () => {
    expect(withSet('traffic.tickets.arrivals.constant=5/s').traffic[0]?.arrivals).toEqual({
      kind: 'constant',
      perSecond: 5,
    });
    expect(withSet('traffic.chat.arrivals.gamma={rate: 9/s, cv: 2}').traffic[1]?.arrivals).toMatchObject({
      kind: 'gamma',
    });
  });

  it('keeps the named client whose retries it changes', () => {
    expect(withSet('traffic.chat.client.retries=7').traffic[1]?.client).toMatchObject({ retries: 7, timeoutUs: 600e6 });
  });

  it('applies options in order', () => {
    expect(withSet('fleet.llama.nodes=6', 'fleet.llama.nodes=8').pools[0]?.nodes).toBe(8);
  });

  it('touches one alias only', () => {
    const text = withClass('arrivals: 1/s, input: &n {exponential: 5}, output: *n');
    const [traffic] = scenarioOf(text, { set: ['traffic.app.input.exponential=9'] }).traffic;
    expect([traffic?.input, traffic?.output]).toMatchObject([{ mean: 9 }, { mean: 5 }]);
  });

  it('leaves the file as it was loaded without it', () => {
    expect(scenarioOf(rushHour).pools[0]?.nodes).toBe(4);
  });
});

describe('problems of an option', () => {
  it.each([
    ['S050', 'no equals sign', 'fleet.llama.nodes', '1:1'],
    ['S050', 'no path', '=5', '1:1'],
    ['S051', 'an unknown pool', 'fleet.lama.nodes=5', '1:7'],
    ['S051', 'an unknown key', 'fleet.llama.nods=5', '1:13'],
    ['S051', 'a path that ends in a dot', 'fleet.=5', '1:6'],
    ['S051', 'a number beyond the list', 'fleet.7.nodes=5', '1:7'],
    ['S051', 'a forbidden name', 'provider.tiers.__proto__.rank=5', '1:16'],
    ['S012', 'a value of a wrong type', 'fleet.llama.nodes=x', '1:19'],
    ['S015', 'a value out of range', 'fleet.llama.nodes=-3', '1:19'],
    ['S024', 'a tier that does not exist', 'traffic.chat.tier=gold', '1:19'],
    ['S014', 'a unit that is none', 'duration=5 moons', '1:10'],
    ['S012', 'no value', 'fleet.llama.nodes=', '1:19'],
    ['S010', 'an unknown key inside the value', 'fleet.llama.engine={maxSeqs: 3}', '1:21'],
  ])('%s: %s points into the option', (code, _name, option, place) => {
    expect(errors(rushHour, { set: [option] })).toEqual([`${code} --set ${place}`]);
    expect(load(rushHour, { set: [option] }).problems.find((problem) => problem.code === code)?.option).toBe(option);
  });

  it('come after those of the file, in the order of the text', () => {
    const found = errors(`abuot: x\n${rushHour}`, { set: ['fleet.lama.nodes=5', 'duration=5 moons'] });
    expect(found).toEqual(['S010 1:1', 'S014 --set 1:10', 'S051 --set 1:7']);
  });
});

describe('--set with wildcards and factors', () => {
  const classes = (...lines: string[]) =>
    scenarioText({
      traffic: [
        'traffic:',
        ...lines.map((line, i) => `  - {name: c${i}, model: llama-3.1-8b, ${line}, input: 9, output: 9}`),
      ].join('\n'),
    });
  const arrivals = (text: string, ...set: string[]) => scenarioOf(text, { set }).traffic.map((one) => one.arrivals);

  it('changes every entry of a list, each for itself', () => {
    const set = ['traffic.*.input=77', 'traffic.c1.input=5'];
    const { traffic } = scenarioOf(classes('arrivals: 1/s', 'arrivals: 2/s', 'arrivals: 3/s'), { set });
    expect(traffic.map(({ input }) => input)).toMatchObject([{ tokens: 77 }, { tokens: 5 }, { tokens: 77 }]);
  });

  it('changes every key that stands in a mapping, but takes a key that is a star for itself', () => {
    const text = scenarioText({
      provider: 'provider: {extends: neutral, tiers: {flex: {price: 0.5}, priority: {price: 2}}}',
    });
    const { provider } = scenarioOf(text, { set: ['provider.tiers.*.price=x3'] });
    expect(provider.tiers.find(({ name }) => name === 'flex')?.priceMultiplier).toBe(1.5);
    expect(provider.tiers.find(({ name }) => name === 'priority')?.priceMultiplier).toBe(6);
    const star = scenarioText({
      provider:
        "provider: {extends: neutral, prices: {'*': {input: 1, output: 2}, llama-3.1-8b: {input: 3, output: 4}}}",
    });
    const rows = scenarioOf(star, { set: ['provider.prices.*.input=x2'] }).provider.prices;
    expect(rows.find(({ model }) => model === '*')?.inputPico).toBe(2e6);
    expect(rows.find(({ model }) => model === 'llama-3.1-8b')?.inputPico).toBe(3e6);
  });

  it('multiplies a number, a quantity, money and a share', () => {
    const set = ['fleet.main.nodes=x3', 'duration=x1.5', 'fleet.main.usdPerHour=x2', 'warmup=x0.1'];
    const text = scenarioText({
      head: 'duration: 20m\nwarmup: 10s',
      fleet: 'fleet:\n  - {name: main, model: llama-3.1-8b, hardware: h100, nodes: 2, usdPerHour: $2.50}',
    });
    const { pools, durationUs, warmupUs } = scenarioOf(text, { set });
    expect(pools[0]).toMatchObject({ nodes: 6, costPicoPerHour: 5e12 });
    expect([durationUs, warmupUs]).toEqual([1800e6, 1e6]);
  });

  it('multiplies the rates of arrivals of every form, and nothing else in them', () => {
    const text = classes(
      'arrivals: 4/s',
      'arrivals: {gamma: {rate: 120/min, cv: 3}}',
      'arrivals: {bursts: {base: 1, peak: 10/s, every: 10m, for: 1m}}',
      'arrivals: {profile: [[0m, 1/s], [10m, 8]]}',
      'arrivals: {daily: {mean: 4/s, peakToTrough: 4, peakAt: 15h}}',
      'arrivals: {users: {count: 7, thinkTime: 8s}}',
      'arrivals: {load: 40%}',
    );
    const [plain, twice] = [arrivals(text), arrivals(text, 'traffic.*.arrivals=x2')];
    expect(twice).toEqual([
      { kind: 'poisson', perSecond: 8 },
      { kind: 'gamma', perSecond: 4, cv: 3 },
      { kind: 'bursts', basePerSecond: 2, peakPerSecond: 20, everyUs: 600e6, forUs: 60e6 },
      {
        kind: 'profile',
        points: [
          [0, 2],
          [600e6, 16],
        ],
      },
      { kind: 'daily', meanPerSecond: 8, peakToTrough: 4, peakAtUs: 54_000e6, cv: 1 },
      { kind: 'users', count: 14, thinkUs: 8e6 },
      { kind: 'poisson', perSecond: expect.closeTo(2 * (plain[6] as { perSecond: number }).perSecond, 6) },
    ]);
  });

  it('plays the rows of a trace more often', () => {
    const text = scenarioText({
      traffic: 'traffic:\n  - {name: app, model: llama-3.1-8b, trace: {file: a.csv, format: azure}}',
    });
    expect(arrivals(text, 'traffic.*.arrivals=x1.5', 'traffic.app.arrivals=x2')).toMatchObject([
      { speed: 1, scale: 3 },
    ]);
  });

  it('says at its place what cannot be multiplied', () => {
    const text = classes('arrivals: {users: {count: 7, thinkTime: 8s}}, slo: {ttft: 1m 30s}');
    for (const [set, code, column] of [
      ['fleet.main.nodes=x2', 'S053', 18],
      ['traffic.c0.slo=x2', 'S054', 16],
      ['traffic.c0.slo.ttft=x2', 'S054', 21],
      ['provider=x2', 'S054', 10],
      ['traffic.*.model=x2', 'S054', 17],
      ['nothing.*.x=x2', 'S051', 1],
      ['fleet.*.nodess=x2', 'S051', 9],
    ] as const) {
      const [first] = load(text, { set: [set] }).problems;
      expect([set, first?.code, first?.file, first?.column]).toEqual([set, code, '--set', column]);
    }
  });

  it('takes a quoted x2 for a text', () => {
    expect(scenarioOf(scenarioText(), { set: ['about="x2"'] }).about).toBe('x2');
  });
});
