import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { expectedRequests, INLINE_MORE } from '../../src/cli/long-run.js';
import { loadScenario } from '../../src/index.js';

function scenarioOf(duration: string, arrivals: object) {
  const text = JSON.stringify({
    duration,
    provider: 'neutral',
    fleet: [{ name: 'main', model: 'llama-3.1-8b', hardware: 'h100', nodes: 2 }],
    traffic: [
      { name: 'a', model: 'llama-3.1-8b', tier: 'standard', arrivals: { poisson: '20/s' }, input: 512, output: 128 },
      { name: 'b', model: 'llama-3.1-8b', tier: 'flex', arrivals, input: 512, output: 128 },
    ],
  });
  const { scenario, problems } = loadScenario(text, { file: 'test' });
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return scenario!;
}

describe('a long run', () => {
  it('is known by its means: requests a second of all classes times its length', () => {
    expect(expectedRequests(scenarioOf('10m', { constant: '5/s' }), new Map())).toBe(25 * 600);
  });

  it('may be told to V8 while it works, without a word on standard error', () => {
    const script = `require('node:v8').setFlagsFromString('${INLINE_MORE}'); console.log('fine')`;
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
    expect([stdout, stderr]).toEqual(['fine\n', '']);
  });
});
