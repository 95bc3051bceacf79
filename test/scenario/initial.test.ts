import { describe, expect, it } from 'vitest';
import { load, marked, scenarioOf, scenarioText } from './fixture.js';

const fleet = 'fleet:\n  - {name: main, model: llama-3.1-8b, hardware: h100, nodes: 4, coldStart: 2m}';
const classes = (rest = '') =>
  `traffic:\n  - {name: app, model: llama-3.1-8b, arrivals: 5/s, input: 500, output: 5${rest}}`;
const text = (initial: string, rest = '') =>
  scenarioText({ head: `initial: ${initial}`, fleet, traffic: classes(rest) });

describe('a state at t = 0', () => {
  it('is taken with its queues, caches and nodes', () => {
    const { initial, pools } = scenarioOf(
      text('{queued: {app: 300}, cacheFill: 40%, nodes: {main: 1}}', ', sharedPrefix: 50%'),
    );
    expect(initial).toEqual({ queued: [{ class: 'app', requests: 300 }], cacheFill: 0.4 });
    expect(pools[0]!.operations.initialNodes).toBe(1);
  });

  it.each([
    ['an unknown class', '{queued: {»ap: 3}}', '', 'error S010'],
    ['an unknown pool', '{nodes: {»mian: 3}}', '', 'error S010'],
    ['more nodes than the pool has', '{nodes: {main: »5}}', '', 'error S015'],
    ['conversations', '{queued: {app: »3}}', ', sessions: {turns: 3}', 'error S036'],
    ['more requests than users', '{queued: {app: »3}}', '', 'error S015'],
    ['nothing to fill the caches with', '{cacheFill: »30%}', '', 'warning S106'],
  ])('with %s is a located problem', (name, initial, rest, what) => {
    const users = name.includes('users');
    const { text: plain, place } = marked(text(initial, rest));
    const whole = users ? plain.replace('arrivals: 5/s', 'arrivals: {users: {count: 2, thinkTime: 1s}}') : plain;
    const said = load(whole).problems.map(
      ({ severity, code, line, column }) => `${severity} ${code} ${line}:${column}`,
    );
    expect(said).toEqual([`${what} ${place}`]);
  });
});
