import { describe, expect, it } from 'vitest';
import { load, marked, scenarioText, warnings, withClass } from './fixture.js';

const classWith = (rest: string) => withClass(`arrivals: 5/s, input: 5, output: 5, ${rest}`);
const head = (text: string) => scenarioText({ head: text });

describe('what is accepted and not simulated', () => {
  it.each([
    [
      'several models of one pool',
      scenarioText({ fleet: 'fleet:\n  - {name: main, models: »[llama-3.1-8b, qwen3-8b], hardware: h100}' }),
    ],
  ])('%s is warned of at its place, and the scenario loads', (_name, textWithMark) => {
    const { text, place } = marked(textWithMark);
    expect(warnings(text)).toEqual([`S100 ${place}`]);
    expect(load(text).scenario).not.toBeNull();
  });

  it.each([
    ['replications', head('replications: 3')],
    ['one gateway with a fresh view', head('gateway: {replicas: 1, staleness: 0s}')],
    ['chat', classWith('api: chat')],
    [
      'one model in a list',
      scenarioText({ fleet: 'fleet:\n  - {name: main, models: [llama-3.1-8b], hardware: h100}' }),
    ],
  ])('%s is simulated and gives no warning', (_name, text) => expect(warnings(text)).toEqual([]));
});
