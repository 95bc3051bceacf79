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
    expect(provider.support.map((rule) => [rule.tier, rule.model, rule.answer])).toEqual([
      ['priority', 'llama-3.1-8b', 'downgrade'],
    ]);
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
