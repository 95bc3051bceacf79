import { describe, expect, it } from 'vitest';
import { errors, load, marked, scenarioText, warnings, withClass } from './fixture.js';

/** The one problem of a text must have this code and stand at the mark. */
function expectOnly(code: string, textWithMark: string): void {
  const { text, place } = marked(textWithMark);
  expect(errors(text)).toEqual([`${code} ${place}`]);
}

const classWith = (rest: string) => withClass(`arrivals: 5/s, input: 5, output: 5, ${rest}`);
const classOf = (arrivals: string, input = '5') => withClass(`arrivals: ${arrivals}, input: ${input}, output: 5`);
const modelOf = (model: string) =>
  scenarioText({ traffic: `traffic:\n  - {name: app, model: ${model}, arrivals: 5/s, input: 5, output: 5}` });
const pool = (rest: string) => scenarioText({ fleet: `fleet:\n  - {name: main, model: llama-3.1-8b, ${rest}}` });
const head = (lines: string) => scenarioText({ head: lines });
const provider = (block: string) => scenarioText({ provider: `provider: ${block}` });

describe('the text', () => {
  it.each([
    ['S001', 'an unclosed bracket', 'fleet: [', '1:9'],
    ['S001', 'a tab as indentation', 'a:\n\t- b', '2:1'],
    ['S002', 'an empty file', '', '1:1'],
    ['S002', 'a list at the top', '- a', '1:1'],
    ['S002', 'a second document', `${scenarioText()}---\nabout: x\n`, '6:1'],
    ['S004', 'a key that is nothing', `${scenarioText()}: 5\n`, '6:1'],
    ['S004', 'a key that is a list', `${scenarioText()}? [a]\n: 5\n`, '6:3'],
  ])('%s: %s', (code, _name, text, place) => expect(errors(text)).toContain(`${code} ${place}`));

  it.each([
    ['S001', 'an unknown tag', head('about: »!secret x')],
    ['S003', 'a key twice', head('seed: 1\n»seed: 2')],
    ['S005', 'an alias without anchor', head('about: »*there')],
    ['S005', 'an alias that contains itself', head('targets: &a ["total.shedRate < 1%", »*a]')],
  ])('%s: %s', (code, _name, text) => {
    const { text: plain, place } = marked(text);
    expect(errors(plain)).toContain(`${code} ${place}`);
  });

  it.each([
    ['at the top', head('»__proto__: {drain: true}')],
    ['among free names', classWith('fees: {»__proto__: $1}')],
    ['in the provider', provider('{tiers: {»__proto__: {rank: 9}}}')],
  ])('refuses __proto__ as a key %s', (_where, text) => {
    expectOnly('S004', text);
    expect(({} as Record<string, unknown>)['rank']).toBeUndefined();
  });

  it('takes a word such as constructor for a name like any other', () => {
    expectOnly('S024', classWith('tier: »constructor'));
    expectOnly('S010', head('»constructor: 1'));
  });

  it('aliases stand for what they name', () => {
    const { text } = marked(classOf('&rate 5/s').replace('output: 5', 'output: 5, slo: {ttft: &t 5s, e2e: *t}'));
    expect(load(text).scenario?.traffic[0]?.slo).toEqual({ ttftUs: 5e6, tpotUs: null, e2eUs: 5e6 });
  });
});

describe('the shape', () => {
  it.each([
    ['S010', 'an unknown block', head('»abuot: x')],
    ['S010', 'an unknown key in a list', pool('hardware: h100, »nods: 2')],
    ['S010', 'an unknown key beside a form', classOf('{poisson: 5/s, »cv: 2}')],
    ['S011', 'a missing key', scenarioText({ fleet: 'fleet:\n  - »{name: main, model: llama-3.1-8b}' })],
    ['S011', 'a missing key deep inside', classOf('{gamma: »{rate: 1/s}}')],
    ['S011', 'no arrivals', withClass('input: 5, output: 5').replace('{name: app', '»{name: app')],
    ['S011', 'no lengths', withClass('arrivals: 1/s, output: 5').replace('{name: app', '»{name: app')],
    ['S012', 'a wrong type', head('drain: »maybe')],
    ['S012', 'nothing where a list is due', head('targets:»')],
    ['S012', 'a list where a number is due', classOf('5/s', '»[1, 2]')],
    ['S012', 'half a node', pool('hardware: h100, nodes: »2.5')],
    ['S013', 'a word that is none of those', pool('hardware: h100, path: »quick')],
    ['S014', 'a unit that is none', head('duration: »10 parsecs')],
    ['S014', 'an instant that is none', head('start: »2026-02-30')],
    ['S014', 'a rate without its time', classOf('»"40"')],
    ['S015', 'a number out of range', pool('hardware: h100, nodes: »-1')],
    ['S016', 'an unknown form', classOf('{»poison: 5/s}')],
  ])('%s: %s', (code, _name, text) => expectOnly(code, text));

  it('S011: a missing block is a problem of the file', () => {
    expect(errors('provider: neutral\nfleet:\n  - {name: a, model: llama-3.1-8b, hardware: h100}')).toEqual([
      'S011 1:1',
    ]);
  });

  it('S017: an empty fleet', () => {
    const { text, place } = marked(scenarioText({ fleet: 'fleet: »[]' }));
    expect(errors(text)).toContain(`S017 ${place}`);
  });
});

describe('names', () => {
  it.each([
    ['S020', 'a provider', provider('»neutrl')],
    ['S020', 'a date of a provider', provider('»neutral@1999')],
    ['S021', 'an endpoint', provider('{extends: llm-gateway, endpoint: »ai}')],
    ['S022', 'hardware', pool('hardware: »h10')],
    ['S023', 'a model asked for', modelOf('»gpt-9')],
    ['S024', 'a tier of a class', classWith('tier: »priorty')],
    ['S024', 'a tier of a mix, at its key', classWith('tier: {standard: 80%, »fast: 20%}')],
    ['S024', 'a tier of a pool', pool('hardware: h100, tiers: [»fast]')],
    ['S024', 'a tier with a weight', pool('hardware: h100, tierWeights: {»fast: 1}')],
    ['S024', 'a new tier without price', provider('{tiers: {»flx: {rank: 1}}}')],
    ['S024', 'a default tier', head('accounts:\n  - {name: a, defaultTier: »fast}')],
    ['S025', 'an account', classWith('account: »nobody')],
    ['S026', 'a client', classWith('client: »curl')],
    ['S026', 'a client to start from', classWith('client: {extends: »curl}')],
  ])('%s: %s that is not known', (code, _name, text) => expectOnly(code, text));

  it('S023: a model of a pool that is not known', () => {
    const { text, place } = marked(
      scenarioText({ fleet: 'fleet:\n  - {name: main, model: »lama-3.1-8b, hardware: h100}' }),
    );
    expect(errors(text)).toContain(`S023 ${place}`);
  });

  it('S029: a name given twice', () => {
    const main = '{name: main, model: llama-3.1-8b, hardware: h100}';
    expectOnly('S029', scenarioText({ fleet: `fleet:\n  - ${main}\n  - ${main.replace('name: ', 'name: »')}` }));
  });
});

describe('values', () => {
  it.each([
    ['S030', 'a model that no pool serves', modelOf('»llama-3.3-70b')],
    ['S031', 'shares below a whole', classWith('tier: »{standard: 80%, priority: 10%}')],
    ['S032', 'a warm-up as long as the run', head('duration: 5m\nwarmup: »5m')],
    ['S033', 'a profile that stands still', classOf('{profile: [[0m, 1/s], [5m, 2/s], »[5m, 3/s]]}')],
    ['S034', 'a log-normal too wide', classOf('5/s', '{lognormal: »{mean: 100, p95: 400}}')],
    ['S034', 'a p95 below the mean', classOf('5/s', '{lognormal: »{mean: 100, p95: 90}}')],
    ['S036', 'arrivals and a trace', classWith('»trace: {file: a, format: azure}')],
    ['S036', 'model and models', pool('»models: [llama-3.1-8b], hardware: h100')],
    ['S036', 'hardware described twice', head('hardware:\n  mine: »{tdpWatts: 30, slots: 4, bandwidth: 1TB/s}')],
    ['S037', 'a burst longer than its period', classOf('{bursts: {base: 1/s, peak: 2/s, every: 1m, for: »2m}}')],
    [
      'S037',
      'a price finer than can be billed',
      provider('{prices: {llama-3.1-8b: {input: $1, output: »$0.0000001}}}'),
    ],
    ['S037', 'lengths with max below min', classOf('5/s', '{exponential: 5, min: 9, max: »8}')],
    ['S038', 'another currency', classWith('fees: {request: »CHF 0.1}')],
    ['S039', 'rated hardware without rates', head('hardware:\n  mine: »{tdpWatts: 30, slots: 4}')],
  ])('%s: %s', (code, _name, text) => expectOnly(code, text));

  it('S035: a model too large for the node stands in the pool', () => {
    const text = scenarioText({ fleet: 'fleet:\n  - {name: main, model: llama-3.3-70b, hardware: l4}' });
    expect(errors(text).filter((error) => error.startsWith('S035 3:'))).toHaveLength(1);
  });

  it('a ratio of 3.868 is the last possible log-normal', () => {
    expect(errors(classOf('1/s', '{lognormal: {mean: 1000, p95: 3868}}'))).toEqual([]);
    expectOnly('S034', classOf('1/s', '{lognormal: »{mean: 1000, p95: 3869}}'));
  });

  it('shares may miss the whole by a tenth of a percent', () => {
    expect(errors(classWith('tier: {standard: 33.3%, priority: 33.3%, flex: 33.3%}'))).toEqual([]);
    expectOnly('S031', classWith('tier: »{standard: 33.2%, priority: 33.3%, flex: 33.3%}'));
  });
});

describe('targets', () => {
  it.each([
    ['S040', 'no relation', '»"priority.ttft.p95"'],
    ['S040', 'relations that point both ways', '»"1% < standard.shedRate > 2%"'],
    ['S041', 'an unknown metric', '"priority.»tftt.p95 < 5s"'],
    ['S041', 'an unknown percentile', '"priority.»ttft.p96 < 5s"'],
    ['S042', 'an unknown tier', '"»priorty.ttft.p95 < 5s"'],
    ['S043', 'a metric not known by served tier', '"priority.served.»ttft.p95 < 5s"'],
    ['S044', 'a bound in another unit', '"priority.ttft.p95 < »5%"'],
    ['S045', 'bounds with nothing between', '»"2% < standard.shedRate < 1%"'],
  ])('%s: %s', (code, _name, target) => expectOnly(code, head(`targets:\n  - ${target}`)));
});

describe('events', () => {
  it.each([
    ['S051', 'an unknown pool', 'at: 1m, set: fleet.»mian.nodes, to: 1'],
    ['S051', 'an unknown key', 'at: 1m, set: fleet.main.»nodez, to: 1'],
    ['S052', 'a value that cannot change yet', 'at: 1m, set: »seed, to: 1'],
    ['S012', 'half a node', 'at: 1m, set: fleet.main.nodes, to: »1.5'],
  ])('%s: %s', (code, _name, event) => expectOnly(code, head(`events:\n  - {${event}}`)));
});

describe('all at once', () => {
  const many = [
    'warmup: 1h',
    'abuot: x',
    'provider: neutral',
    'fleet:',
    '  - {name: main, model: llama-3.1-8b, hardware: h10, nodes: -1, zone: [a]}',
    'traffic:',
    '  - name: app',
    '    model: llama-3.1-8b',
    '    arrivals: x',
    '    input: 5',
    '    tier: priorty',
    '    client: curl',
    '  - 5',
    'targets:',
    '  - priority.tftt.p95 < 1s',
  ].join('\n');

  it('every problem of a file is shown, in the order of the file', () => {
    expect(errors(many)).toEqual([
      'S032 1:9',
      'S010 2:1',
      'S022 5:49',
      'S015 5:61',
      'S012 5:71',
      'S011 7:5',
      'S014 9:15',
      'S024 11:11',
      'S026 12:13',
      'S012 13:5',
      'S041 15:14',
    ]);
  });

  it('a wrong provider does not hide what is wrong with the rest', () => {
    const found = errors(many.replace('provider: neutral', 'provider: nobody'));
    expect(found).toEqual(expect.arrayContaining(['S020 3:11', 'S022 5:49', 'S026 12:13', 'S041 15:14']));
  });

  it('a file with errors gives no scenario, and the traces it describes well, so that all is told at once', () => {
    const text = withClass('trace: {file: a.csv, format: azure}, tier: priorty');
    expect(load(text)).toMatchObject({ scenario: null, traces: [{ file: 'a.csv' }] });
    const unclear = withClass('trace: {file: a.csv, format: azure, columns: {tmie: t}}');
    expect(load(unclear)).toMatchObject({ scenario: null, traces: [] });
  });

  it('each problem is spoken of as --set would address it', () => {
    const paths = load(many).problems.map((problem) => problem.path);
    expect(paths).toEqual(expect.arrayContaining(['fleet.main.nodes', 'traffic.app.tier', 'traffic.1', 'targets.0']));
  });

  it('a near name is offered', () => {
    expect(load(classWith('tier: priorty')).problems[0]?.hint).toContain('"priority"');
  });
});

describe('warnings', () => {
  it.each([
    [
      'S102',
      'a pool nobody asks',
      head('')
        .trimStart()
        .replace('traffic:', '  - »{name: idle, model: llama-3.3-70b, gpusPerNode: 4, hardware: h100}\ntraffic:'),
    ],
    ['S103', 'an event that never happens', head('events:\n  - {at: »11m, set: fleet.main.nodes, to: 1}')],
    ['S104', 'a model without a price', provider('fireworks').replace('app, model: ', 'app, model: »')],
  ])('%s: %s', (code, _name, textWithMark) => {
    const { text, place } = marked(textWithMark);
    expect(warnings(text)).toEqual([`${code} ${place}`]);
    expect(load(text).scenario).not.toBeNull();
  });
});
