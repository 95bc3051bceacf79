import { describe, expect, it } from 'vitest';
import { DEFAULT_TARIFF } from '../../src/models/tariff.js';
import { errors, load, marked, scenarioOf, scenarioText } from './fixture.js';

const head = (text: string) => scenarioText({ head: text });
const loaded = (text: string) => {
  const { scenario, problems } = load(head(text));
  if (scenario === null) throw new Error(JSON.stringify(problems));
  return scenario;
};

describe('what energy costs', () => {
  it('is assumed where nothing is said', () => {
    expect(loaded('').energy).toEqual(DEFAULT_TARIFF);
    expect(DEFAULT_TARIFF.assumed).toEqual(['usdPerKWh', 'pue']);
  });

  it('is taken key by key, with what stays assumed', () => {
    expect(loaded('energy: {usdPerKWh: $0.12}').energy).toEqual({
      ...DEFAULT_TARIFF,
      picoPerKWh: 0.12e12,
      assumed: ['pue'],
    });
    expect(loaded('energy: {usdPerKWh: CHF 0.2, pue: 1.1, inNodePrice: false}').energy).toEqual({
      picoPerKWh: 0.2e12,
      currency: 'CHF',
      pue: 1.1,
      allInFactor: null,
      isExtra: true,
      assumed: [],
    });
    expect(loaded('energy: {allInFactor: 2.5}').energy).toMatchObject({ allInFactor: 2.5, assumed: ['usdPerKWh'] });
  });

  it.each([
    ['pue and allInFactor at once', 'energy: {pue: 1.2, allInFactor: »2.5}'],
    ['a PUE below 1', 'energy: {pue: »0.9}'],
    ['an unknown key', 'energy: {»price: 3}'],
  ])('of %s is an error at its place', (_name, textWithMark) => {
    const { text, place } = marked(head(textWithMark));
    expect(errors(text).map((error) => error.split(' ')[1])).toEqual([place]);
  });
});

describe('fx', () => {
  it('is a rate into the profile’s currency', () => {
    expect(loaded('').fx).toEqual({});
    expect(loaded('fx: {CHF: 1.1}').fx).toEqual({ CHF: 1.1 });
    expect(loaded('fx: {CHF: 1.1, USD: 1}').fx).toEqual({ CHF: 1.1, USD: 1 });
  });

  it.each([
    ['an unknown currency', 'fx: {»EUR: 1.1}'],
    ['another rate than 1 for the profile’s own', 'fx: {USD: »1.1}'],
    ['a rate of nothing', 'fx: {CHF: »0}'],
  ])('with %s is an error at its place', (_name, textWithMark) => {
    const { text, place } = marked(head(textWithMark));
    expect(errors(text).map((error) => error.split(' ')[1])).toEqual([place]);
  });
});

describe('watts by batch', () => {
  const hardware = (keys: string) =>
    head(`hardware:\n  box: {tdpWatts: 400, wattsByBatch: {single: 200W, perDoubling: 20W}, ${keys}}`).replace(
      'hardware: h100',
      'hardware: box',
    );

  it('replace the watts computed from work', () => {
    const { scenario } = load(hardware('memory: 80GiB, bandwidth: 3TB/s, tflops: {bf16: 900}'));
    expect(scenario?.pools[0]?.power).toMatchObject({
      activeWatts: 200,
      tdpWatts: 400,
      work: { kind: 'log2', singleWatts: 200, perDoublingWatts: 20 },
    });
  });

  it('contradict rates of a whole node', () => {
    expect(errors(hardware('slots: 4, prefillTokPerSec: 100, decodeTokPerSec: 20'))).toHaveLength(1);
  });
});

describe('prices of what is sold', () => {
  const withTier = (tier: string, prices = '') =>
    scenarioText({
      provider: `provider: {extends: siati, tiers: {gold: {price: 2, rank: 5}}${prices}}`,
      traffic: `traffic:\n  - {name: app, model: llama-3.1-8b, tier: ${tier}, arrivals: 5/s, input: 500, output: 100}`,
    });
  const own = ', prices: {llama-3.1-8b: {input: CHF 1, output: CHF 2}}';

  it('lacking altogether, or at one of the tiers asked for, are warned of where the model is named', () => {
    const of = (text: string) => load(text).problems.map(({ code, line, message }) => `${code} ${line} ${message}`);
    expect(of(withTier('slow'))).toEqual([]);
    expect(of(withTier('gold'))).toEqual([expect.stringMatching(/^S104 5 .*no price for "llama-3.1-8b": nothing/)]);
    expect(of(withTier('{slow: 50%, gold: 50%}'))).toEqual([expect.stringMatching(/^S104 5 .*"llama-3.1-8b" as gold/)]);
    expect(of(withTier('{slow: 50%, gold: 50%}', own))).toEqual([]);
  });

  it('so dear that one request could leave the whole numbers are an error', () => {
    expect(errors(withTier('slow', ', prices: {llama-3.1-8b: {input: CHF 1, output: CHF 900000}}'))).toHaveLength(1);
  });
});

describe('images', () => {
  const google = (rest = '') =>
    scenarioOf(
      scenarioText({
        provider: 'provider: llm-gateway',
        head: 'hardware:\n  tpu: {tdpWatts: 100, slots: 8, prefillTokPerSec: 1000, decodeTokPerSec: 50}',
        fleet: 'fleet:\n  - {name: main, model: gemini-3-pro-image-preview, hardware: tpu}',
        traffic: `traffic:\n  - {name: app, model: gemini-3-pro-image-preview, arrivals: 5/s, input: 5, output: 5${rest}}`,
      }),
    ).traffic[0]?.imageShare;

  it('are all output of a model that has an image rate, unless the class says otherwise', () => {
    expect(google()).toBe(1);
    expect(google(', imageOutput: 25%')).toBe(0.25);
    expect(scenarioOf(scenarioText()).traffic[0]?.imageShare).toBe(0);
  });
});
