import { describe, expect, it } from 'vitest';
import { STEADY } from '../../src/models/operations.js';
import { errors, load, marked, scenarioOf, scenarioText, warnings } from './fixture.js';

/** A scenario whose one pool has these keys as well, and whose run lasts ten minutes. */
const withPool = (rest: string, tail = ''): string =>
  scenarioText({ fleet: `fleet:\n  - {name: main, model: llama-3.1-8b, hardware: h100, nodes: 4, ${rest}}` }) + tail;
const operationsOf = (rest: string) => scenarioOf(withPool(rest)).pools[0]!.operations;

describe('how nodes come, go and fail', () => {
  it('is steady where nothing is said', () => {
    expect(operationsOf('path: standard')).toEqual({ ...STEADY, slow: { nodes: 0, factor: 2 } });
  });

  it('reads cold starts of one figure or several phases, warm pools and billing', () => {
    expect(operationsOf('coldStart: 5m').coldStart).toEqual({ provisionUs: 0, pullUs: 0, loadUs: 300e6, compileUs: 0 });
    expect(operationsOf('coldStart: {provision: 2m, pull: 90s, load: 40s, compile: 30s}').coldStart).toEqual({
      ...{ provisionUs: 120e6, pullUs: 90e6 },
      ...{ loadUs: 40e6, compileUs: 30e6 },
    });
    expect(operationsOf('warmPool: {nodes: 2, start: 5s, usdPerHour: $1}, minimumBilling: 1h')).toMatchObject({
      warmPool: { nodes: 2, startUs: 5e6, costPicoPerHour: 1e12 },
      minimumBilledUs: 3600e6,
    });
  });

  it('reads one outage or a list, at random or planned, of a node, a rack, a pool or a zone', () => {
    const random = { kind: 'random', everyUs: 86_400e6 };
    expect(operationsOf('outages: {every: 1d, for: 20m}').outages).toEqual([
      { when: random, forUs: 1200e6, domain: { kind: 'nodes', nodes: 1 }, slowdown: null, noticeUs: 0 },
    ]);
    const list =
      'zone: west, healthCheck: 30s, outages: [{every: 1d, for: 1s, domain: 8, slowdown: 2}, {at: 5m, for: 1m, domain: zone, notice: 2m}]';
    expect(operationsOf(list)).toMatchObject({
      zone: 'west',
      healthCheckUs: 30e6,
      outages: [
        { when: random, domain: { kind: 'nodes', nodes: 8 }, slowdown: 2 },
        { when: { kind: 'planned', atUs: 300e6 }, domain: { kind: 'zone' }, noticeUs: 120e6 },
      ],
    });
  });

  it('reads autoscalers, each target in the unit of its signal', () => {
    const scaler = (rest: string) => operationsOf(`autoscale: {max: 9, ${rest}}`).autoscale;
    expect(scaler('min: 2')).toEqual({
      ...{ signal: 'running', target: 0.7 * 1024, min: 2, max: 9 },
      ...{ intervalUs: 15e6, averageUs: 60e6, lagUs: 0, cooldownUs: 300e6 },
    });
    expect(scaler('target: 50%')?.target).toBe(512);
    expect(scaler('target: 24')?.target).toBe(24);
    expect(scaler('signal: queue, target: 5')?.target).toBe(5);
    expect(scaler('signal: kv, target: 80%')?.target).toBe(0.8);
    expect(scaler('signal: ttft, target: 2s')?.target).toBe(2e6);
  });

  it('reads what the timeline may change', () => {
    const { events } = scenarioOf(
      `${withPool('down: 1, slow: {nodes: 1}')}events:
  - {at: 1m, set: fleet.main.down, to: 0}
  - {at: 2m, set: fleet.main.slow.factor, to: 1.5}
  - {at: 3m, set: fleet.main.slow.nodes, to: 2}
`,
    );
    expect(events.map(({ change }) => change)).toEqual([
      { kind: 'down', pool: 'main', nodes: 0 },
      { kind: 'slowFactor', pool: 'main', factor: 1.5 },
      { kind: 'slowNodes', pool: 'main', nodes: 2 },
    ]);
  });

  it.each([
    ['S011', 'outages: »{for: 1m}'],
    ['S036', 'outages: {every: 1d, »at: 1m, for: 1m}'],
    ['S039', 'outages: {every: 1d, for: 1m, domain: »zone}'],
    ['S037', 'outages: {every: »1ms, for: 1m}'],
    ['S014', 'outages: {every: 1d, for: »0s}'],
    ['S014', 'outages: [{every: 1d, for: 1m}, {every: 1d, for: »0s}]'],
    ['S015', 'outages: {every: 1d, for: 1m, slowdown: »0.5}'],
    ['S012', 'outages: {every: 1d, for: 1m, domain: »rack}'],
    ['S010', 'outages: {every: 1d, for: 1m, »lenght: 3}'],
    ['S011', 'autoscale: »{min: 1}'],
    ['S037', 'autoscale: {min: 5, max: »4}'],
    ['S014', 'autoscale: {max: 9, target: »0}'],
    ['S014', 'autoscale: {max: 9, signal: queue, target: »2s}'],
    ['S014', 'autoscale: »{max: 9, signal: ttft}'],
    ['S015', 'down: »5'],
    ['S015', 'slow: {factor: »0.5}'],
    ['S015', 'warmPool: {nodes: »0}'],
    ['S038', 'warmPool: {nodes: 1, usdPerHour: »CHF 1}'],
  ])('%s where it stands: %s', (code, rest) => {
    const { text, place } = marked(withPool(rest));
    expect(errors(text)).toEqual([`${code} ${place}`]);
  });

  it.each([
    ['{at: 1m, set: fleet.main.down, to: »1.5}'],
    ['{at: 1m, set: fleet.main.slow.factor, to: »0}'],
    ['{at: 1m, set: fleet.main.down, to: »true}'],
  ])('S012 for an event with an impossible value: %s', (line) => {
    const { text, place } = marked(`${withPool('path: standard')}events:\n  - ${line}\n`);
    expect(errors(text)).toEqual([`S012 ${place}`]);
  });

  it('says what an event can change', () => {
    const { problems } = load(`${withPool('path: standard')}events:\n  - {at: 1m, set: fleet.main.zone, to: x}\n`);
    expect(problems.map(({ code, allowed }) => [code, allowed])).toEqual([
      [
        'S052',
        [
          'fleet.POOL.nodes',
          'fleet.POOL.down',
          'fleet.POOL.slow.nodes',
          'fleet.POOL.slow.factor',
          'provider.models.MODEL.TIER',
        ],
      ],
    ]);
  });

  it('S015 for a beginning outside of what the autoscaler allows', () => {
    const { text, place } = marked(withPool('autoscale: {min: 1, max: 3}').replace('nodes: 4', 'nodes: »4'));
    expect(errors(text)).toEqual([`S015 ${place}`]);
  });

  it('warns of a planned outage after the end', () => {
    const { text, place } = marked(withPool('outages: {at: »2h, for: 1m}'));
    expect(warnings(text)).toEqual([`S103 ${place}`]);
  });
});
