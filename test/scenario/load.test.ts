import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { limiter, priceRow } from '../../src/models/providers/build.js';
import { traceArrivals } from '../helpers/scenario.js';
import { errors, load, marked, scenarioOf, scenarioText, warnings, withClass } from './fixture.js';

describe('the files in scenarios', () => {
  const files = readdirSync('scenarios').filter((file) => file.endsWith('.yaml'));

  it.each(files)('%s loads without errors', (file) => {
    const { scenario, problems } = load(readFileSync(`scenarios/${file}`, 'utf8'), { file });
    expect(problems.filter((problem) => problem.severity === 'error')).toEqual([]);
    expect(scenario?.name).toBe(file.replace('.yaml', ''));
    expect(scenario?.pools.every((pool) => pool.stepTime.basePs > 0)).toBe(true);
  });

  it('are plain data: JSON carries them unchanged', () => {
    for (const file of files) {
      const { scenario } = load(readFileSync(`scenarios/${file}`, 'utf8'), { file });
      expect(JSON.parse(JSON.stringify(scenario))).toEqual(scenario);
    }
  });

  it('name the trace files they need, relative to themselves', () => {
    const text = readFileSync('scenarios/azure-trace-replay.yaml', 'utf8');
    expect(load(text).traces.map(({ file }) => file)).toEqual(['traces/azure-conv-2023.csv.gz']);
  });
});

describe('defaults', () => {
  it('three blocks make a complete file', () => {
    const scenario = scenarioOf(scenarioText());
    expect(scenario).toMatchObject({
      name: 'test',
      about: '',
      seed: '1',
      startMs: 1_780_272_000_000,
      durationUs: 600_000_000,
      warmupUs: 0,
      drain: false,
      replications: 1,
      gateway: { router: scenario.provider.router, queueing: scenario.provider.queueing },
      accounts: [],
      events: [],
      targets: [],
    });
    expect(scenario.traffic[0]).toMatchObject({
      account: null,
      api: 'chat',
      tiers: [{ tier: 'standard', value: 1 }],
      maxTokens: null,
      prefix: null,
      client: { name: 'none', retries: 0 },
      slo: null,
      fees: [],
    });
  });

  it('a class without a model asks for the only one of the fleet', () => {
    const text = scenarioText({ traffic: 'traffic:\n  - {name: app, arrivals: 5/s, input: 1, output: 1}' });
    expect(scenarioOf(text).traffic[0]?.model).toBe('llama-3.1-8b');
  });

  it('requests of an account without a tier ask for its default tier', () => {
    const text = scenarioText({
      head: 'accounts:\n  - {name: acme, defaultTier: flex}',
      traffic: 'traffic:\n  - {name: app, account: acme, arrivals: 5/s, input: 1, output: 1}',
    });
    expect(scenarioOf(text).traffic[0]?.tiers).toEqual([{ tier: 'flex', value: 1 }]);
  });

  it('the option for the seed wins over the file', () => {
    expect(scenarioOf(scenarioText({ head: 'seed: 7' })).seed).toBe('7');
    expect(scenarioOf(scenarioText({ head: 'seed: 7' }), { seed: 'x' }).seed).toBe('x');
  });
});

describe('traffic', () => {
  const arrivals = (spec: string) =>
    scenarioOf(withClass(`arrivals: ${spec}, input: 5, output: 5`)).traffic[0]?.arrivals;

  it.each([
    ['40/s', { kind: 'poisson', perSecond: 40 }],
    ['{constant: 300/min}', { kind: 'constant', perSecond: 5 }],
    ['{gamma: {rate: 40/s, cv: 3}}', { kind: 'gamma', perSecond: 40, cv: 3 }],
    ['{weibull: {rate: 40/s, cv: 0.5}}', { kind: 'weibull', perSecond: 40, cv: 0.5 }],
    [
      '{bursts: {base: 20/s, peak: 120/s, every: 10m, for: 60s}}',
      { kind: 'bursts', basePerSecond: 20, peakPerSecond: 120, everyUs: 600e6, forUs: 60e6 },
    ],
    [
      '{profile: [[0m, 10/s], [10m, 80/s]]}',
      {
        kind: 'profile',
        points: [
          [0, 10],
          [600e6, 80],
        ],
      },
    ],
    [
      '{daily: {mean: 40/s, peakToTrough: 4}}',
      { kind: 'daily', meanPerSecond: 40, peakToTrough: 4, peakAtUs: 54_000e6, cv: 1 },
    ],
    ['{users: {count: 200, thinkTime: 8s}}', { kind: 'users', count: 200, thinkUs: 8e6 }],
  ])('arrivals %s', (spec, expected) => expect(arrivals(spec)).toEqual(expected));

  it('a load is a share of what the reachable pools sustain', () => {
    const rateAt = (load: string, nodes: number) => {
      const text = withClass(`arrivals: {load: ${load}}, input: 500, output: 100`);
      const found = scenarioOf(text, { set: [`fleet.main.nodes=${nodes}`] }).traffic[0]?.arrivals;
      return found?.kind === 'poisson' ? found.perSecond : Number.NaN;
    };
    expect(rateAt('85%', 1)).toBeGreaterThan(1);
    expect(rateAt('85%', 2)).toBeCloseTo(2 * rateAt('85%', 1), 9);
    expect(rateAt('130%', 1)).toBeCloseTo((130 / 85) * rateAt('85%', 1), 9);
  });

  it('a client that never waited gets the waits of the SDKs when it is told to retry', () => {
    const rest = 'arrivals: 5/s, input: 5, output: 5, client: {extends: patient, retries: 3}';
    expect(scenarioOf(withClass(rest)).traffic[0]?.client.backoff).toMatchObject({ baseUs: 500_000, maxUs: 8_000_000 });
  });

  it('the capacity that a load is a share of is told', () => {
    const { scenario, notes } = load(withClass('arrivals: {load: 50%}, input: 500, output: 100'));
    const found = scenario?.traffic[0]?.arrivals;
    const told = /^app: 50 % of the computed capacity of ([\d.]+) requests\/s is ([\d.]+)\/s$/.exec(notes[1] ?? '');
    expect(found?.kind === 'poisson' && found.perSecond).toBeCloseTo(Number(told?.[2]), 2);
    expect(Number(told?.[1])).toBeCloseTo(2 * Number(told?.[2]), 1);
  });

  it('what bounds a node is told: precision, seats, KV', () => {
    expect(load(scenarioText()).notes).toEqual([
      expect.stringMatching(/^main: weights in bf16, KV in bf16; a node has 1,024 seats and KV of [\d,]+ tokens$/),
    ]);
  });

  it.each([
    ['512', { kind: 'fixed', tokens: 512, min: 1, max: null }],
    ['{exponential: 512, max: 4k}', { kind: 'exponential', mean: 512, min: 1, max: 4000 }],
    ['{uniform: [10, 500]}', { kind: 'uniform', low: 10, high: 500, min: 1, max: null }],
    [
      '{histogram: [[128, 3], [512, 5]], min: 2}',
      {
        kind: 'histogram',
        bins: [
          [128, 3],
          [512, 5],
        ],
        min: 2,
        max: null,
      },
    ],
  ])('lengths %s', (spec, expected) => {
    expect(scenarioOf(withClass(`arrivals: 1/s, input: ${spec}, output: 5`)).traffic[0]?.input).toEqual(expected);
  });

  it('of the two log-normal curves through mean and p95 the narrower is meant', () => {
    const input = scenarioOf(withClass('arrivals: 1/s, input: {lognormal: {mean: 900, p95: 3000}}, output: 5'))
      .traffic[0]?.input;
    if (input?.kind !== 'lognormal') throw new Error('not log-normal');
    expect(Math.exp(input.mu + input.sigma ** 2 / 2)).toBeCloseTo(900, 6);
    expect(Math.exp(input.mu + 1.6448536269514722 * input.sigma)).toBeCloseTo(3000, 6);
    expect(input.sigma).toBeLessThan(1.645);
  });

  it('a mix may be written in shares, percent or parts of a hundred', () => {
    const tiers = (mix: string) =>
      scenarioOf(withClass(`arrivals: 1/s, input: 5, output: 5, tier: ${mix}`)).traffic[0]?.tiers;
    const expected = [
      { tier: 'standard', value: 0.8 },
      { tier: 'priority', value: 0.2 },
    ];
    for (const mix of [
      '{standard: 80%, priority: 20%}',
      '{standard: 0.8, priority: 0.2}',
      '{standard: 80, priority: 20}',
    ]) {
      expect(tiers(mix)).toEqual(expected);
    }
  });

  it('lengths come with the rows of a trace unless the class gives its own', () => {
    const [own, rows] = ['output: 7, ', ''].map(
      (output) => scenarioOf(withClass(`${output}trace: {file: a.csv, format: azure, from: 1m, speed: 2}`)).traffic[0],
    );
    expect(own?.output.kind).toBe('fixed');
    expect(rows?.output.kind).toBe('trace');
    expect(rows?.arrivals).toEqual(traceArrivals({ file: 'a.csv', speed: 2, fromUs: 60e6 }));
  });

  it('a client written out starts from nothing, one that extends from the named one', () => {
    const client = (spec: string) =>
      scenarioOf(withClass(`arrivals: 1/s, input: 5, output: 5, client: ${spec}`)).traffic[0]?.client;
    expect(client('{retries: 3, patience: 10s, backoff: {jitter: 0.5}}')).toMatchObject({
      retries: 3,
      timeoutUs: null,
      patienceUs: 10e6,
      backoff: { baseUs: 500_000, jitter: 0.5 },
    });
    expect(client('{extends: openai-node, retries: 5}')).toMatchObject({ retries: 5, timeoutUs: 600e6 });
    expect(client('{retries: 1, retryOn: [503]}')).toMatchObject({ retryOn: [503], retryFromStatus: null });
  });

  it('a class that escalates begins with the first tier of the ladder unless it says otherwise', () => {
    const tiersOf = (rest: string) =>
      scenarioOf(withClass(`arrivals: 1/s, input: 5, output: 5, ${rest}`)).traffic[0]?.tiers.map(({ tier }) => tier);
    const ladder = 'client: {retries: 2, budget: 10%, escalate: [flex, standard, priority]}';
    expect(tiersOf(ladder)).toEqual(['flex']);
    expect(tiersOf(`tier: standard, ${ladder}`)).toEqual(['standard']);
  });

  it.each([
    ['S036', 'tier: »priority, client: {retries: 2, escalate: [flex, standard]}'],
    ['S024', 'client: {retries: 2, escalate: [flex, »gold]}'],
    ['S024', 'client: {retries: 2, escalate: [»gold, flex]}'],
  ])('%s: a ladder that leads nowhere: %s', (code, rest) => {
    const { text, place } = marked(withClass(`arrivals: 1/s, input: 5, output: 5, ${rest}`));
    expect(errors(text)).toEqual([`${code} ${place}`]);
  });

  it.each(['budget: »10%', 'escalate: »[standard, flex]'])('S105: %s without retries has no effect', (option) => {
    const { text, place } = marked(withClass(`arrivals: 1/s, input: 5, output: 5, client: {${option}}`));
    expect(warnings(text)).toEqual([`S105 ${place}`]);
  });

  it('reads latency limits in milliseconds where they have no unit', () => {
    const slo = scenarioOf(withClass('arrivals: 1/s, input: 5, output: 5, slo: {ttft: 500, e2e: 20s}')).traffic[0]?.slo;
    expect(slo).toEqual({ ttftUs: 500_000, tpotUs: null, e2eUs: 20e6 });
  });

  it('reads fees exactly', () => {
    const text = withClass(
      'arrivals: 1/s, input: 5, output: 5, fees: {request: $0.001, search: {price: $0.035, share: 20%}}',
    );
    expect(scenarioOf(text).traffic[0]?.fees).toEqual([
      { name: 'request', pico: 1_000_000_000, share: 1 },
      { name: 'search', pico: 35_000_000_000, share: 0.2 },
    ]);
  });
});

describe('the provider block', () => {
  it('merges tiers, prices, limits and support key by key', () => {
    const { provider } = scenarioOf(
      scenarioText({
        provider: [
          'provider:',
          '  extends: neutral',
          '  tiers: {flex: {price: 0.4, shedAbove: 3s}, economy: {price: 0.1, rank: 5}}',
          '  prices: {llama-3.1-8b: {input: $0.25, output: $1, tiers: {priority: {input: $1, output: $2}}}}',
          '  models: {llama-3.1-8b: {priority: refuse}}',
          '  limits: {rpm: 6k, concurrency: none}',
        ].join('\n'),
      }),
    );
    const tier = (name: string) => provider.tiers.find((known) => known.name === name);
    expect(tier('flex')).toMatchObject({ priceMultiplier: 0.4, rank: 100, admission: { shedAboveUs: 3e6 } });
    expect(tier('economy')).toMatchObject({ priceMultiplier: 0.1, rank: 5, hold: null });
    expect(tier('standard')).toMatchObject({ priceMultiplier: 1, rank: 200 });
    expect(provider.prices.filter((row) => row.model === 'llama-3.1-8b')).toEqual([
      priceRow('llama-3.1-8b', { input: 0.25, output: 1 }),
      priceRow('llama-3.1-8b', { input: 1, output: 2 }, { tier: 'priority' }),
    ]);
    expect(provider.support.map((rule) => [rule.tier, rule.model, rule.answer])).toEqual([
      ['priority', 'llama-3.1-8b', 'refuse'],
    ]);
    expect(provider.limiters).toEqual([limiter('rpm', 6000)]);
  });

  it('a dated name is the profile of that time', () => {
    const { provider } = scenarioOf(scenarioText({ provider: 'provider: deepinfra@2026-06' }));
    expect(provider.id).toBe('deepinfra');
  });

  it('named accounts have the limits of the profile, overridden key by key', () => {
    const { accounts } = scenarioOf(
      scenarioText({ provider: 'provider: deepinfra', head: 'accounts:\n  - {name: acme, limits: {rpm: 60}}' }),
    );
    expect(accounts[0]?.limiters).toEqual([
      limiter('concurrency', 200, { per: ['account', 'model'] }),
      limiter('rpm', 60),
    ]);
  });
});

describe('own hardware and models', () => {
  const text = (hardware: string, pool: string) =>
    scenarioText({
      head: `hardware:\n  mine: {${hardware}}`,
      fleet: `fleet:\n  - {name: main, model: llama-3.1-8b, ${pool}}`,
    });

  it('rated hardware has its slots and its price', () => {
    const rated =
      'tdpWatts: 30, idleWatts: 5, slots: 4, prefillTokPerSec: 250, decodeTokPerSec: {single: 22, full: 60}, usdPerHour: $0.05';
    const [pool] = scenarioOf(text(rated, 'hardware: mine')).pools;
    expect(pool).toMatchObject({ power: { idleWatts: 5, tdpWatts: 30 }, costPicoPerHour: 50_000_000_000 });
    expect(pool?.engine.maxNumSeqs).toBe(4);
  });

  it('a data sheet is timed by the roofline', () => {
    const sheet = 'tdpWatts: 700W, memory: 80GiB, bandwidth: 3.35TB/s, tflops: {bf16: 989, fp8: 1979}';
    const [pool] = scenarioOf(text(sheet, 'hardware: mine')).pools;
    expect(pool?.stepTimeSource).toMatch(/^roofline/);
  });

  it('own coefficients are taken as they are', () => {
    const fitted =
      'tdpWatts: 700, memory: 80GiB, fits: [{model: llama-3.1-8b, precision: bf16, stepMs: 5, prefillTokenMs: 0.02}]';
    const [pool] = scenarioOf(text(fitted, 'hardware: mine')).pools;
    expect(pool?.stepTime).toMatchObject({ basePs: 5_000_000_000, prefillTokenPs: 20_000_000 });
  });

  it('an own model runs on a device of the catalogue', () => {
    const own = [
      'models:',
      '  tiny: {parameters: 1.2B, layers: 16, hidden: 2048, heads: 32, kv: {heads: 8}, maxContext: 8k}',
    ].join('\n');
    const scenario = scenarioOf(
      scenarioText({
        head: own,
        fleet: 'fleet:\n  - {name: main, model: tiny, hardware: l4}',
        traffic: 'traffic:\n  - {name: app, model: tiny, arrivals: 1/s, input: 5, output: 5}',
      }),
    );
    expect(scenario.pools[0]?.models).toEqual(['tiny']);
    expect(scenario.pools[0]?.engine.maxModelLen).toBeLessThanOrEqual(8000);
  });

  it('the price of a node in the fleet wins over the hardware, to the last digit', () => {
    const [pool] = scenarioOf(
      scenarioText({ fleet: 'fleet:\n  - {name: main, model: llama-3.1-8b, hardware: h100, usdPerHour: CHF 2.1}' }),
    ).pools;
    expect(pool).toMatchObject({ costPicoPerHour: 2_100_000_000_000, costCurrency: 'CHF' });
  });

  it('another spelling of a model is the same model', () => {
    const scenario = scenarioOf(
      withClass('arrivals: 1/s, input: 5, output: 5').replace(
        'app, model: llama-3.1-8b',
        'app, model: Meta-Llama/Llama-3.1-8B',
      ),
    );
    expect(scenario.traffic[0]?.model).toBe(scenario.pools[0]?.models[0]);
  });
});

describe('events and targets', () => {
  it('events are in the order of time', () => {
    const events = 'events:\n  - {at: 9m, set: fleet.main.nodes, to: 2}\n  - {at: 5m, set: fleet.main.nodes, to: 0}';
    expect(scenarioOf(scenarioText({ head: events })).events).toEqual([
      { atUs: 300e6, change: { kind: 'nodes', pool: 'main', nodes: 0 } },
      { atUs: 540e6, change: { kind: 'nodes', pool: 'main', nodes: 2 } },
    ]);
  });

  const traffic =
    'traffic:\n  - {name: app, arrivals: 5/s, input: 5, output: 5, tier: {standard: 60%, priority: 20%, flex: 20%}}';
  const target = (text: string) => scenarioOf(scenarioText({ head: `targets:\n  - ${text}`, traffic })).targets[0];

  it('a target reads either way round and with two bounds', () => {
    const expected = {
      scope: 'priority',
      served: false,
      metric: 'ttft.p95',
      above: null,
      below: { value: 500, inclusive: false },
    };
    expect(target('priority.ttft.p95 < 500ms')).toMatchObject(expected);
    expect(target('500ms > priority.ttft.p95')).toMatchObject(expected);
    expect(target('0.05% < standard.shedRate <= 0.12%')).toMatchObject({
      scope: 'standard',
      metric: 'shedRate',
      above: { value: 0.0005, inclusive: false },
      below: { value: 0.0012, inclusive: true },
    });
  });

  it('a target may speak of all, of a tier as served, and of a metric with an argument', () => {
    expect(target('total.usdPerMTok < $0.40')).toMatchObject({ scope: 'total', below: { value: 0.4 } });
    expect(target('priority.served.billed > $10')).toMatchObject({
      served: true,
      metric: 'billed',
      above: { value: 10 },
    });
    expect(target('flex.withinTtft(500ms) >= 99%')).toMatchObject({
      metric: 'withinTtft(500ms)',
      above: { value: 0.99, inclusive: true },
    });
  });
});

describe('the start', () => {
  it.each([
    ['2026-06-01', Date.UTC(2026, 5, 1)],
    ['2024-02-29T08:30Z', Date.UTC(2024, 1, 29, 8, 30)],
    ['2026-03-01T00:00:30+02:00', Date.UTC(2026, 1, 28, 22, 0, 30)],
    ['1999-12-31T23:59-01:00', Date.UTC(2000, 0, 1, 0, 59)],
  ])('%s', (text, ms) => expect(scenarioOf(scenarioText({ head: `start: ${text}` })).startMs).toBe(ms));
});
