import { describe, expect, it } from 'vitest';
import { sources } from '../../src/report/sources.js';
import { loadScenario } from '../../src/scenario/load.js';

function sourcesOf(provider: string) {
  const text = `
duration: 1m
provider: ${provider}
fleet: [{name: main, model: llama-3.1-8b, hardware: h100}]
traffic: [{name: all, model: llama-3.1-8b, tier: standard, arrivals: 1/s, input: 100, output: 50}]
`;
  const { scenario, problems } = loadScenario(text, { file: 's.yaml', set: [] });
  if (scenario === null) throw new Error(JSON.stringify(problems));
  // Where figures come from changes no run, so it is no part of a scenario and its hash.
  expect(JSON.stringify(scenario.provider)).not.toContain('DeepInfra');
  return sources(scenario);
}

describe('sources of a scenario', () => {
  it('are the documents of the profile with their dates, and what is assumed', () => {
    const found = sourcesOf('deepinfra');
    expect(found).toContainEqual({
      subject: 'deepinfra, 2026-06-29:',
      text: expect.stringMatching(/account\/rate-limits.mdx.* \(2026-07-22\)$/),
    });
    expect(found.filter(({ subject }) => subject === 'deepinfra, assumed:').length).toBeGreaterThan(4);
    expect(found.some(({ subject }) => subject.includes('as this scenario has it'))).toBe(false);
  });

  it('say which figures rest on the scenario instead', () => {
    const found = sourcesOf(
      '{extends: deepinfra, tiers: {priority: {price: 1.4}}, prices: {m: {input: 1, output: 2}}}',
    );
    expect(found).toContainEqual({
      subject: 'deepinfra, as this scenario has it:',
      text: 'tiers/priority: priceMultiplier 1.4; prices/m: input 1, cached 1, output 2',
    });
  });
});
