import { describe, expect, it } from 'vitest';
import { load, marked, scenarioText, warnings, withClass } from './fixture.js';

const classWith = (rest: string) => withClass(`arrivals: 5/s, input: 5, output: 5, ${rest}`);
const withTiers = (tier: string) =>
  scenarioText({
    provider: 'provider: »neutral',
    traffic: `traffic:\n  - {name: app, model: llama-3.1-8b, tier: ${tier}, arrivals: 5/s, input: 5, output: 5}`,
  });
const head = (text: string) => scenarioText({ head: text });

describe('what is accepted and not simulated', () => {
  it.each([
    ['initial', head('initial: »{cacheFill: 50%}')],
    ['gateway replicas', head('gateway: {replicas: »2}')],
    ['staleness', head('gateway: {staleness: »200ms}')],
  ])('%s is warned of at its place, and the scenario loads', (_name, textWithMark) => {
    const { text, place } = marked(textWithMark);
    expect(warnings(text)).toEqual([`S100 ${place}`]);
    expect(load(text).scenario).not.toBeNull();
  });

  it.each([
    ['an eviction that the profile allows', withTiers('{standard: 50%, flex: 50%}'), 'running flex work'],
    ['two of them', withTiers('{priority: 50%, flex: 30%, background: 20%}'), 'running flex and background work'],
  ])('%s is warned of where the provider is named', (_name, textWithMark, words) => {
    const { text, place } = marked(textWithMark);
    expect(warnings(text)).toEqual([`S100 ${place}`]);
    expect(load(text).problems[0]?.message).toContain(words);
  });

  it('queueing at the gateway is warned of, wherever it is asked for', () => {
    const own = marked(head('gateway: {queueing: »gateway}'));
    expect(warnings(own.text)).toEqual([`S100 ${own.place}`]);
    const profile = marked(scenarioText({ provider: 'provider: »{extends: neutral, queueing: gateway}' }));
    expect(warnings(profile.text)).toEqual([`S100 ${profile.place}`]);
  });

  it.each([
    ['an evictable tier alone', withTiers('flex').replace('»', '')],
    ['replications', head('replications: 3')],
    ['one gateway with a fresh view', head('gateway: {replicas: 1, staleness: 0s}')],
    ['chat', classWith('api: chat')],
    [
      'one model in a list',
      scenarioText({ fleet: 'fleet:\n  - {name: main, models: [llama-3.1-8b], hardware: h100}' }),
    ],
  ])('%s is simulated and gives no warning', (_name, text) => expect(warnings(text)).toEqual([]));
});
