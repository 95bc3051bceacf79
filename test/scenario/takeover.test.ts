import { describe, expect, it } from 'vitest';
import { type Autoscale, STEADY } from '../../src/models/operations.js';
import { errors, load, marked, scenarioOf, scenarioText, warnings } from './fixture.js';

const COLD = 'coldStart: {provision: 5m, pull: 2m, load: 60s, compile: 30s}';
const GROWS = 'autoscale: {min: 0, max: 2, target: 4}';

/** A pool of four nodes, and one with these keys as well that may take of them. */
const withPools = (turbo: string, shared = 'nodes: 4', tail = ''): string =>
  scenarioText({
    fleet: `fleet:
  - {name: shared, model: llama-3.1-8b, hardware: h100, ${shared}}
  - {name: turbo, model: llama-3.1-8b, hardware: h100, ${turbo}}`,
  }) + tail;
const takenBy = (turbo: string, shared?: string) =>
  scenarioOf(withPools(`nodes: 0, ${GROWS}, ${turbo}`, shared)).pools[1]!;

describe('takesFrom', () => {
  it('is nothing where nothing is said, and no part of the hash then', () => {
    expect(scenarioOf(withPools('nodes: 1')).pools[1]!.operations).toEqual({
      ...STEADY,
      slow: { nodes: 0, factor: 2 },
    });
  });

  it('takes the switch from the cold start of the pool that a node comes to: the machine is there, and what it knows', () => {
    const { takesFrom } = takenBy(
      'takesFrom: shared, coldStart: {load: 40s, compile: 5s}',
      `nodes: 4, ${COLD}`,
    ).operations;
    const terms = { pool: 'shared', nodesForOne: 1, keep: 1 };
    expect(takesFrom).toEqual({ ...terms, switchUs: 45e6, backUs: 90e6 });
    const precision = takenBy(`takesFrom: shared, precision: {weights: fp8}, ${COLD}`, `nodes: 4, ${COLD}`);
    expect(precision.operations.takesFrom).toEqual({ ...terms, switchUs: 210e6, backUs: 210e6 });
  });

  it('reads what is kept and how long a switch takes, each way', () => {
    const { takesFrom } = takenBy('takesFrom: {pool: shared, keep: 2, switch: 10s, back: 20s}').operations;
    expect(takesFrom).toEqual({ pool: 'shared', nodesForOne: 1, keep: 2, switchUs: 10e6, backUs: 20e6 });
    const least = takenBy('takesFrom: shared', 'nodes: 4, autoscale: {min: 3, max: 9}');
    expect(least.operations.takesFrom?.keep).toBe(3);
  });

  it('makes one node of several where it has more devices, and it costs what they cost', () => {
    const pool = takenBy('takesFrom: shared, gpusPerNode: 2', 'nodes: 4, usdPerHour: $3');
    expect([pool.operations.takesFrom?.nodesForOne, pool.costPicoPerHour]).toEqual([2, 6e12]);
  });

  it('lets the autoscaler want more than there are of its own', () => {
    const { pools } = scenarioOf(withPools('nodes: 0, autoscale: {min: 2, max: 2}, takesFrom: shared'));
    expect((pools[1]!.operations.autoscale as Autoscale).min).toBe(2);
    const alone = marked(withPools('nodes: »0, autoscale: {min: 2, max: 2}'));
    expect(errors(alone.text)).toEqual([`S015 ${alone.place}`]);
  });

  it.each([
    ['S027', 'takesFrom: »shard'],
    ['S036', 'takesFrom: »turbo'],
    ['S010', 'takesFrom: {pool: shared, »switchTime: 3s}'],
    ['S011', 'takesFrom: »{keep: 2}'],
    ['S015', 'takesFrom: {pool: shared, keep: »0}'],
    ['S036', 'takesFrom: {pool: »shared}, zone: west'],
    ['S036', 'takesFrom: shared, usdPerHour: »$9'],
  ])('%s where it stands: %s', (code, rest) => {
    const { text, place } = marked(withPools(`nodes: 0, ${GROWS}, ${rest}`));
    expect(errors(text)).toEqual([`${code} ${place}`]);
  });

  it.each([
    ['other hardware', 'nodes: 4, hardware: h200'],
    ['a part of a node', 'nodes: 4, gpusPerNode: 2'],
    ['a pool that takes itself', 'nodes: 4, autoscale: {max: 9}, takesFrom: turbo'],
  ])('S036 for %s', (_, shared) => {
    const text = withPools(`nodes: 0, ${GROWS}, takesFrom: shared`, shared).replace(
      'hardware: h100, nodes: 4, hardware',
      'nodes: 4, hardware',
    );
    expect(errors(text)[0]).toMatch(/^S036/);
  });

  it('offers the name that is near', () => {
    const { problems } = load(withPools(`nodes: 0, ${GROWS}, takesFrom: shard`));
    expect(problems[0]).toMatchObject({ message: 'unknown pool "shard"', hint: 'did you mean "shared"?' });
  });

  it.each([
    ['wants no more than its own', 'nodes: 1, takesFrom: »shared', 'nodes: 4', ''],
    ['finds too few to be taken', `nodes: 1, ${GROWS}, takesFrom: »{pool: shared, keep: 4}`, 'nodes: 4', ''],
    [
      'needs two and finds one',
      `nodes: 1, ${GROWS}, gpusPerNode: 2, takesFrom: »{pool: shared, keep: 3}`,
      'nodes: 4',
      '',
    ],
  ])('S116 where it never happens: %s', (_, turbo, shared, tail) => {
    const { text, place } = marked(withPools(turbo, shared, tail));
    expect(warnings(text)).toEqual([`S116 ${place}`]);
  });

  it('may be by events alone', () => {
    const event = 'events:\n  - {at: 1m, set: fleet.turbo.nodes, to: 2}\n';
    expect(warnings(withPools('nodes: 1, takesFrom: shared', 'nodes: 4', event))).toEqual([]);
  });
});

describe('a pool that never has a node', () => {
  it('S115, where nothing gives it one', () => {
    const { text, place } = marked(withPools('nodes: »0'));
    expect(warnings(text)).toEqual([`S115 ${place}`]);
    expect(load(text).problems[0]?.hint).toContain('min: 0');
  });

  it('may have some later: by an autoscaler, an event or a takeover', () => {
    const event = 'events:\n  - {at: 1m, set: fleet.turbo.nodes, to: 2}\n';
    for (const text of [
      withPools(`nodes: 0, ${GROWS}`),
      withPools('nodes: 0', 'nodes: 4', event),
      withPools(`nodes: 0, ${GROWS}, takesFrom: shared`),
    ]) {
      expect(warnings(text)).toEqual([]);
    }
  });

  it('is said of an override too', () => {
    const { problems } = load(withPools('nodes: 1'), { set: ['fleet.turbo.nodes=0'] });
    expect(problems.map(({ code, file }) => [code, file])).toEqual([['S115', '--set']]);
  });
});
