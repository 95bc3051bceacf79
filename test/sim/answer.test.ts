import { describe, expect, it } from 'vitest';
import { loadScenario } from '../../src/scenario/load.js';
import { play } from '../requirements/play.js';

const overloaded = (provider: string, tier: string) =>
  play(`
seed: 1
duration: 2m
provider: ${provider}
hardware:
  box: {tdpWatts: 700, idleWatts: 100, slots: 4, prefillTokPerSec: 20000, decodeTokPerSec: {single: 100, full: 200}, usdPerHour: $2}
fleet: [{name: main, model: gpt-oss-120b, hardware: box}]
traffic: [{name: all, model: gpt-oss-120b, tier: ${tier}, arrivals: 12/s, input: 100, output: 50, client: groq}]
`);

describe('what one tier is told', () => {
  it('differs by tier where the provider says so: Groq sends 498 to flex, which no library repeats, and 503 to others', () => {
    const [flex, standard] = ['flex', 'standard'].map((tier) => overloaded('groq', tier));
    const statuses = (played: typeof flex) =>
      new Set(played!.records.filter(({ cause }) => cause === 'overloaded').map(({ status }) => status));
    expect(statuses(flex)).toEqual(new Set([498]));
    expect(statuses(standard)).toEqual(new Set([503]));
    expect(flex!.summary.total.amplification).toBe(1);
    expect(standard!.summary.total.amplification).toBeGreaterThan(1.2);
  });

  it('can be said in a scenario, key by key over what everybody is told', () => {
    const provider =
      '{extends: groq, answers: {overloaded: {code: busy, shouldRetry: true}}, tiers: {flex: {answers: {overloaded: {status: 529}}}, standard: {answers: {overloaded: {shouldRetry: false}}}}}';
    const { scenario } = load(provider);
    const [standard, flex] = scenario!.provider.tiers.map(({ answers }) => answers.overloaded);
    expect(standard).toEqual({
      status: 503,
      type: null,
      code: 'busy',
      message: null,
      retryAfterUs: null,
      shouldRetry: false,
    });
    expect(flex).toMatchObject({ status: 529, code: 'capacity_exceeded', shouldRetry: null });
    // The header of the tier is heeded.
    expect(overloaded(provider, 'standard').summary.total.amplification).toBe(1);
  });

  it('is checked like the answers of all', () => {
    const { problems } = load(
      '{extends: groq, tiers: {flex: {answers: {overlaoded: {status: 498}, overloaded: {retryAfter: until-room}}}}}',
    );
    expect(problems.map(({ path, code }) => [code, path])).toEqual([
      ['S010', 'provider.tiers.flex.answers.overlaoded'],
      ['S013', 'provider.tiers.flex.answers.overloaded.retryAfter'],
    ]);
  });
});

const load = (provider: string) =>
  loadScenario(
    `
duration: 1m
provider: ${provider}
fleet: [{name: main, model: gpt-oss-120b, hardware: h100, gpusPerNode: 2}]
traffic: [{name: all, model: gpt-oss-120b, tier: standard, arrivals: 1/s, input: 100, output: 50}]
`,
    { file: 's.yaml', set: [] },
  );
