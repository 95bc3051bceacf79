import { describe, expect, it } from 'vitest';
import { load, marked, scenarioOf, scenarioText } from './fixture.js';

const said = (text: string) => {
  return load(text).problems.map(({ code, severity, line, column }) => `${severity} ${code} ${line}:${column}`);
};
const expectSaid = (textWithMark: string, what: string): void => {
  const { text, place } = marked(textWithMark);
  expect(said(text)).toEqual([`${what} ${place}`]);
};
const classes = (...lines: readonly string[]) => {
  const all = lines.map(
    (line, i) => `  - {name: c${i}, model: llama-3.1-8b, arrivals: 5/s, input: 5, output: 5, ${line}}`,
  );
  return ['traffic:', ...all].join('\n');
};
const fleet = (rest: string) => `fleet:\n  - {name: main, model: llama-3.1-8b, hardware: h100, ${rest}}`;
const provider = (rest: string) => `provider: {extends: neutral, ${rest}}`;

describe('what is well formed and cannot be meant', () => {
  it('an account nobody uses', () => {
    expectSaid(scenarioText({ head: 'accounts:\n  - »{name: acme}' }), 'warning S111');
    const used = { head: 'accounts:\n  - {name: acme}', traffic: classes('account: acme') };
    expect(said(scenarioText(used))).toEqual([]);
  });

  it.each([
    ['by its tiers', 'tiers: [priority]'],
    ['by its weights', 'tierWeights: {priority: 1, standard: 0}'],
    ['by its path', 'path: fast'],
  ])('a tier that no pool serves, %s', (_name, rest) => {
    expectSaid(scenarioText({ fleet: fleet(rest), traffic: classes('tier: »standard') }), 'warning S112');
  });

  it('but not where the profile says that it is refused, or serves it as another', () => {
    const refused = 'models: {llama-3.1-8b: {flex: refuse, priority: downgrade}}';
    const text = scenarioText({
      provider: provider(refused),
      fleet: fleet('tiers: [standard]'),
      traffic: classes('tier: flex', 'tier: priority'),
    });
    expect(said(text)).toEqual([]);
  });

  it('a limit of zero, wherever it stands', () => {
    expectSaid(scenarioText({ provider: provider('limits: {rpm: »0}') }), 'warning S110');
    expectSaid(scenarioText({ provider: provider('tiers: {flex: {rpm: »0}}') }), 'warning S110');
    expectSaid(scenarioText({ provider: provider('limiters: {mine: {limit: »0}}') }), 'warning S110');
  });

  it('thresholds the wrong way round, between tiers that are asked for', () => {
    const inverted = provider('tiers: {priority: »{shedAbove: 2s}}');
    expectSaid(
      scenarioText({ provider: inverted, traffic: classes('tier: {standard: 50%, priority: 50%}') }),
      'warning S113',
    );
    expect(said(scenarioText({ provider: inverted.replace('»', '') }))).toEqual([]);
  });

  it('a price factor from one hour to the same', () => {
    const clock = (hours: string): string => scenarioText({ provider: provider(`clock: [{factor: 2, ${hours}}]`) });
    expectSaid(clock('from: 8h, to: »8h'), 'warning S117');
    expect(said(clock('from: 0h, to: 24h'))).toEqual([]);
    expect(said(clock('from: 22h, to: 6h'))).toEqual([]);
  });

  it('downgrades that go round in a circle', () => {
    const circle =
      'tiers: {priority: {onNoCapacity: {downgrade: standard}}, standard: {onNoCapacity: {downgrade: priority}}}';
    expectSaid(scenarioText({ provider: `provider: »{extends: neutral, ${circle}}` }), 'error S036');
    expect(
      said(scenarioText({ provider: provider('tiers: {priority: {onNoCapacity: {downgrade: standard}}}') })),
    ).toEqual([]);
  });

  it('more reserved slots than a node has, or slots for a tier that may have none', () => {
    const many = fleet('engine: {maxNumSeqs: 8, maxNumBatchedTokens: 64}, reservedSlots: »{priority: 9}');
    expectSaid(scenarioText({ fleet: many }), 'error S037');
    const none = scenarioText({
      provider: provider('tiers: {flex: {reservable: false}}'),
      fleet: fleet('reservedSlots: {»flex: 1}'),
    });
    expectSaid(none, 'error S036');
  });

  it('a Retry-After that nobody can know', () => {
    expectSaid(scenarioText({ provider: provider('answers: {overloaded: {retryAfter: »until-room}}') }), 'error S013');
    expect(said(scenarioText({ provider: provider('answers: {rate_limited: {retryAfter: until-room}}') }))).toEqual([]);
  });
});

describe('every mistake of the service is one located problem with a hint', () => {
  it.each([
    ['an unknown tier', { traffic: classes('tier: »standrd') }, 'error S024'],
    [
      'a tier that no pool serves',
      { fleet: fleet('tiers: [priority]'), traffic: classes('tier: »standard') },
      'warning S112',
    ],
    ['a weight for a missing tier', { fleet: fleet('tierWeights: {standard: 1, »standrd: 2}') }, 'error S024'],
    [
      'a missing price of a model in use',
      { provider: 'provider: fireworks', traffic: classes('tier: standard').replace('model: ', 'model: »') },
      'warning S104',
    ],
    [
      'a limiter of zero',
      { head: 'accounts:\n  - {name: a, limits: {rpm: »0}}', traffic: classes('account: a') },
      'warning S110',
    ],
    ['an account nobody uses', { head: 'accounts:\n  - »{name: acme}' }, 'warning S111'],
  ])('%s', (_name, parts, what) => {
    const { text, place } = marked(scenarioText(parts));
    const { problems } = load(text);
    expect(problems.map(({ severity, code, line, column }) => `${severity} ${code} ${line}:${column}`)).toEqual([
      `${what} ${place}`,
    ]);
    expect(problems[0]!.hint).toMatch(/\w/);
  });
});

describe('limiters', () => {
  it.each([
    ['an unknown tier in its tiers', 'mine: {limit: 5, tiers: [»standrd]}', 'error S024'],
    ['an unknown tier in its weights', 'mine: {limit: 5, weights: {»standrd: 2}}', 'error S024'],
    ['an unknown tier to downgrade to', 'mine: {limit: 5, overLimit: {downgrade: »standrd}}', 'error S024'],
    ['no limit', 'mine: »{unit: tokens}', 'error S011'],
    ['a window of concurrency', 'mine: »{unit: concurrency, limit: 5, window: 1m}', 'error S036'],
    ['a window and a ramp', 'mine: {limit: 5, window: 1m, »ramp: {growth: 50%, period: 10m}}', 'error S036'],
    ['a window of nothing', 'mine: »{limit: 5, window: 0s}', 'error S037'],
    ['none of that name', 'mine: »none', 'error S060'],
  ])('with %s are located errors', (_name, text, what) => {
    expectSaid(scenarioText({ provider: provider(`limiters: {${text}}`) }), what);
  });

  it('of an account count by account', () => {
    const text = 'accounts:\n  - {name: acme, limiters: {mine: {limit: 5, per: »[model]}}}';
    expectSaid(scenarioText({ head: text, traffic: classes('account: acme') }), 'error S036');
  });

  it('of the profile are overridden key by key, and lifted with none', () => {
    const text = scenarioText({
      provider:
        'provider: {extends: fireworks, limiters: {rpm: {per: [account, model], weights: {fast: 0.5}}, outputTpm: none}}',
      head: 'accounts:\n  - {name: acme, limits: {inputTpm: none, tiers: {fast: {rpm: 10}}, daily: 2M}}',
      traffic: classes('account: acme'),
    });
    const { provider: profile, accounts } = scenarioOf(text);
    expect(profile.limiters.map(({ name }) => name)).toEqual([
      'rpm',
      'inputTpm',
      'uncachedInputTpm',
      'fast.inputTpm',
      'fast.uncachedInputTpm',
      'fast.outputTpm',
    ]);
    expect(profile.limiters[0]).toMatchObject({
      limit: 6000,
      per: ['account', 'model'],
      weightByTier: [{ tier: 'fast', weight: 0.5 }],
    });
    const limits = accounts[0]!.limiters.map(({ name, limit, tiers }) => [name, limit, tiers]);
    for (const own of [
      ['rpm', 6000, null],
      ['daily', 2_000_000, null],
      ['fast.rpm', 10, ['fast']],
    ]) {
      expect(limits).toContainEqual(own);
    }
    expect(limits.map(([name]) => name)).not.toContain('inputTpm');
  });
});

describe('an event that changes support', () => {
  const withEvent = (event: string, head = '') =>
    scenarioText({ head: `${head}events:\n  - ${event}`, provider: 'provider: deepinfra' });

  it('is taken with its model, tier and answer', () => {
    const { events } = scenarioOf(withEvent('{at: 5m, set: provider.models.llama-3.1-8b.priority, to: true}'));
    expect(events).toEqual([
      { atUs: 300e6, change: { kind: 'support', model: 'llama-3.1-8b', tier: 'priority', answer: 'honour' } },
    ]);
  });

  it.each([
    ['an unknown tier', '{at: 5m, set: »provider.models.llama-3.1-8b.priorty, to: true}', 'error S024'],
    ['an unknown answer', '{at: 5m, set: provider.models.llama-3.1-8b.priority, to: »maybe}', 'error S013'],
  ])('with %s is a located error', (_name, event, what) => expectSaid(withEvent(event), what));
});
