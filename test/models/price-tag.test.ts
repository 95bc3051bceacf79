import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { billPico, PriceTag } from '../../src/models/price-tag.js';
import type { ClockRule, ProviderProfile } from '../../src/models/provider.js';
import { perMillion, priceRow, tier } from '../../src/models/providers/build.js';
import { deepinfra } from '../../src/models/providers/deepinfra.js';
import { fireworks } from '../../src/models/providers/fireworks.js';
import { llmGateway } from '../../src/models/providers/llm-gateway.js';
import { neutral } from '../../src/models/providers/neutral.js';
import { siati } from '../../src/models/providers/siati.js';
import { provider } from '../helpers/scenario.js';

const HOUR_US = 3_600_000_000;
const MONDAY_MS = Date.parse('2026-06-01T00:00Z');

const tagOf = (profile: ProviderProfile, model: string, tierName: string) =>
  PriceTag.of(profile, model, tierName, MONDAY_MS)!;

const prices = { inputPico: 100, cachedPico: 10, outputPico: 200 };
const row = { model: 'm', tier: null, ...prices, imagePico: null, longContext: null };
const profile = provider({
  tiers: [
    tier('priority', 3, { priceMultiplier: 1.5, priceByModel: [{ model: 'n', value: 3 }] }),
    tier('fast', 2, { priceMultiplier: 2 }),
    tier('standard', 1),
  ],
  prices: [
    row,
    { ...row, model: 'n' },
    { ...row, tier: 'fast', inputPico: 7, cachedPico: 7, outputPico: 7 },
    { ...row, model: '*', inputPico: 40 },
    { ...row, model: '*', tier: 'fast', inputPico: 50 },
  ],
});

describe('PriceTag', () => {
  it("multiplies the model's row by the tier's multiplier, every kind of token alike", () => {
    const price = { inputPico: 150, cachedPico: 15, outputPico: 300, imagePico: 300 };
    expect(tagOf(profile, 'm', 'priority').at(0, 1)).toEqual(price);
    expect(tagOf(profile, 'm', 'standard').at(0, 1)).toEqual({ ...prices, imagePico: 200 });
  });

  it('takes the multiplier of the model where it has another one', () => {
    expect(tagOf(profile, 'n', 'priority').at(0, 1)).toMatchObject({ inputPico: 300 });
  });

  it("takes a tier's own row as it is", () => {
    expect(tagOf(profile, 'm', 'fast').at(0, 1)).toEqual({ inputPico: 7, cachedPico: 7, outputPico: 7, imagePico: 7 });
  });

  it('prefers the model’s own row to that of any model, whatever the tier', () => {
    expect(tagOf(profile, 'n', 'fast').at(0, 1)).toMatchObject({ inputPico: 200 });
    expect(tagOf(profile, 'x', 'fast').at(0, 1)).toMatchObject({ inputPico: 50 });
    expect(tagOf(profile, 'x', 'priority').at(0, 1)).toMatchObject({ inputPico: 60 });
  });

  it('is none for a model that is not sold; an unknown tier has no multiplier', () => {
    const few = { ...profile, prices: [row] };
    expect(PriceTag.of(few, 'x', 'standard', 0)).toBeNull();
    expect(tagOf(few, 'm', 'nobody').at(0, 1)).toMatchObject({ inputPico: 100 });
  });

  it('rounds to whole pico-units, once', () => {
    const odd = { ...row, inputPico: 1, cachedPico: 1, outputPico: 3 };
    const clock: ClockRule[] = [{ factor: 0.5, models: null, daysUtc: [1], fromUs: 0, toUs: HOUR_US }];
    expect(tagOf({ ...profile, prices: [odd], clock }, 'm', 'priority').at(2 * HOUR_US, 1)).toMatchObject({
      inputPico: 2,
      outputPico: 5,
    });
    // 3 x 1.5 x 0.5 = 2.25, where rounding 4.5 first would give 2.5 and so 3.
    expect(tagOf({ ...profile, prices: [odd], clock }, 'm', 'priority').at(0, 1)).toMatchObject({ outputPico: 2 });
  });

  it('has other prices for prompts above the step, before the multiplier', () => {
    const longContext = { aboveTokens: 1000, inputPico: 1000, cachedPico: 100, outputPico: 2000 };
    const tag = tagOf({ ...profile, prices: [{ ...row, longContext }] }, 'm', 'priority');
    expect(tag.at(0, 1000)).toMatchObject({ inputPico: 150, cachedPico: 15, outputPico: 300 });
    expect(tag.at(0, 1001)).toEqual({ inputPico: 1500, cachedPico: 150, outputPico: 3000, imagePico: 3000 });
    expect(tag.dearestPico).toBe(3000);
    expect(tagOf({ ...profile, prices: [row] }, 'm', 'priority').dearestPico).toBe(300);
  });

  it('has a price of its own for image tokens, long prompt or not', () => {
    const longContext = { aboveTokens: 10, inputPico: 1, cachedPico: 1, outputPico: 1 };
    const tag = tagOf({ ...profile, prices: [{ ...row, imagePico: 5000, longContext }] }, 'm', 'priority');
    expect([tag.at(0, 1).imagePico, tag.at(0, 11).imagePico, tag.dearestPico]).toEqual([7500, 7500, 7500]);
  });
});

describe('the clock', () => {
  const rule = (differences: Partial<ClockRule>): ClockRule => ({
    factor: 2,
    models: null,
    daysUtc: [0, 1, 2, 3, 4, 5, 6],
    fromUs: 0,
    toUs: 24 * HOUR_US,
    ...differences,
  });
  const inputAt = (clock: readonly ClockRule[], hours: number, model = 'm', startMs = MONDAY_MS) =>
    PriceTag.of({ ...profile, clock }, model, 'standard', startMs)!.at(hours * HOUR_US, 1).inputPico;

  it('holds from the first microsecond to the one before the last', () => {
    const nine = [rule({ fromUs: 9 * HOUR_US, toUs: 10 * HOUR_US })];
    const just = 1 / HOUR_US;
    expect([9 - just, 9, 10 - just, 10].map((hours) => inputAt(nine, hours))).toEqual([100, 200, 200, 100]);
    expect(inputAt(nine, 24 * 30 + 9.5)).toBe(200);
  });

  it('knows weekdays, whatever the day on which the run starts', () => {
    const monday = [rule({ daysUtc: [1] })];
    expect([0, 23.9, 24, 24 * 7].map((hours) => inputAt(monday, hours))).toEqual([200, 200, 100, 200]);
    expect(inputAt(monday, 1, 'm', MONDAY_MS - 86_400_000)).toBe(100);
    // 29 December 1969 was a Monday too.
    expect(inputAt(monday, 1, 'm', Date.parse('1969-12-29T00:00Z'))).toBe(200);
  });

  it('spans midnight, and the night belongs to the day on which it begins', () => {
    const friday = [rule({ daysUtc: [5], fromUs: 22 * HOUR_US, toUs: 6 * HOUR_US })];
    const at = (day: number, hour: number) => inputAt(friday, 24 * day + hour);
    expect([at(4, 21), at(4, 22), at(5, 5), at(5, 6), at(4, 5), at(5, 22)]).toEqual([100, 200, 200, 100, 100, 100]);
    const sunday = [rule({ daysUtc: [6], fromUs: 22 * HOUR_US, toUs: 6 * HOUR_US })];
    expect([inputAt(sunday, 24 * 6 + 1), inputAt(sunday, 24 * 5 + 1)]).toEqual([200, 100]);
  });

  it('holds for a whole day from an hour to the same hour', () => {
    const monday = [rule({ daysUtc: [1], fromUs: 6 * HOUR_US, toUs: 6 * HOUR_US })];
    expect([5, 6, 23, 24, 29, 30].map((hours) => inputAt(monday, hours))).toEqual([100, 200, 200, 200, 200, 100]);
  });

  it('takes the first rule that holds, of those that are about the model', () => {
    const rules = [
      rule({ factor: 5, models: ['other'] }),
      rule({ factor: 3, toUs: HOUR_US }),
      rule({ factor: 2, toUs: 2 * HOUR_US }),
    ];
    expect([0, 1, 2].map((hours) => inputAt(rules, hours))).toEqual([300, 200, 100]);
    expect(inputAt(rules, 0, 'n')).toBe(300);
    expect(
      PriceTag.of({ ...profile, clock: rules, prices: [{ ...row, model: 'other' }] }, 'other', 'standard', 0)!.at(0, 1)
        .inputPico,
    ).toBe(500);
  });

  it('scales a tier’s own row too', () => {
    expect(tagOf({ ...profile, clock: [rule({})] }, 'm', 'fast').at(0, 1).inputPico).toBe(14);
  });

  it('as DeepSeek has it: twice the off-peak price at peak', () => {
    const peak = [
      rule({ daysUtc: [1, 2, 3, 4, 5], fromUs: HOUR_US, toUs: 4 * HOUR_US }),
      rule({ daysUtc: [1, 2, 3, 4, 5], fromUs: 6 * HOUR_US, toUs: 10 * HOUR_US }),
    ];
    const deepseek = provider({
      clock: peak,
      prices: [priceRow('deepseek-v4-pro', { input: 0.66, cached: 0.022, output: 1.98 })],
    });
    const tag = tagOf(deepseek, 'deepseek-v4-pro', 'standard');
    const off = { inputPico: 660_000, cachedPico: 22_000, outputPico: 1_980_000 };
    const on = { inputPico: 1_320_000, cachedPico: 44_000, outputPico: 3_960_000 };
    expect(tag.at(2 * HOUR_US, 1)).toMatchObject(on);
    expect(tag.at(5 * HOUR_US, 1)).toMatchObject(off);
    expect(tag.at((24 * 5 + 2) * HOUR_US, 1)).toMatchObject(off);
  });
});

/** Uncached, cached, output, image. */
type Tokens = readonly [number, number, number, number?];
const billed = (of: ProviderProfile, model: string, tierName: string, tokens: Tokens): number =>
  billPico(tagOf(of, model, tierName).at(0, tokens[0] + tokens[1]), ...tokens);

/** A decimal amount as whole pico-units. */
const money = (text: string): number => Number(text.replace('.', '').padEnd(text.indexOf('.') + 12, '0'));

describe('the billing fixtures, to the last digit', () => {
  it('F1: DeepInfra Llama 3.1 8B, 1,000 in and 200 out', () => {
    const at = (name: string) => billed(deepinfra, 'llama-3.1-8b', name, [1000, 0, 200]);
    expect([at('standard'), at('priority')]).toEqual([money('0.00004'), money('0.00006')]);
    const withFlex = { ...deepinfra, tiers: [...deepinfra.tiers, tier('flex', 0, { priceMultiplier: 0.8 })] };
    expect(billed(withFlex, 'llama-3.1-8b', 'flex', [1000, 0, 200])).toBe(money('0.000032'));
  });

  it('F2: Fireworks Kimi K2.6, 10,000 uncached in and 1,000 out', () => {
    const tiers = [...fireworks.tiers, tier('batch', 0, { priceMultiplier: 0.5 })];
    const later = tiers.map((one) =>
      one.name === 'priority' ? { ...one, priceByModel: [{ model: 'kimi-k2.6', value: 1.25 }] } : one,
    );
    const at = (name: string, of = tiers) => billed({ ...fireworks, tiers: of }, 'kimi-k2.6', name, [10_000, 0, 1000]);
    expect(at('standard')).toBe(money('0.0135'));
    expect(at('priority')).toBe(money('0.02025'));
    expect(at('priority', later)).toBe(money('0.016875'));
    expect(at('fast')).toBe(money('0.0280'));
    expect(at('batch')).toBe(money('0.00675'));
    expect(at('background')).toBe(money('0.003375'));
  });

  it('F3: gemini-2.5-pro up to 200k, 10,000 in of which 4,000 cached, 1,000 out; fees are never scaled', () => {
    const at = (name: string) => billed(llmGateway, 'gemini-2.5-pro', name, [6000, 4000, 1000]);
    expect([at('standard'), at('priority'), at('flex')]).toEqual([money('0.0180'), money('0.0324'), money('0.0090')]);
  });

  it('F4: siati medium, 1,000 in and 200 out', () => {
    expect(siati.currency).toBe('CHF');
    expect(billed(siati, 'apertus-70b', 'medium', [1000, 0, 200])).toBe(money('0.00105'));
  });

  it('F5: the neutral tiers, 1,000 in and 500 out', () => {
    const at = (name: string) => billed(neutral, 'any', name, [1000, 0, 500]);
    expect(['standard', 'priority', 'flex', 'background'].map(at)).toEqual(
      ['0.002', '0.003', '0.001', '0.0005'].map(money),
    );
  });

  it('images: gemini-3-pro-image-preview bills its output at $120, text of it at $12', () => {
    const model = 'gemini-3-pro-image-preview';
    expect(billed(llmGateway, model, 'standard', [1_000_000, 0, 0, 1_000_000])).toBe(money('122.0'));
    expect(billed(llmGateway, model, 'flex', [0, 0, 1_000_000, 1_000_000])).toBe(money('66.0'));
  });
});

describe('billPico', () => {
  it('adds whole numbers only, whatever the tokens', () => {
    const whole = fc.nat(1_000_000);
    fc.assert(
      fc.property(whole, whole, whole, whole, (uncached, cached, output, image) => {
        const price = { inputPico: 3, cachedPico: 5, outputPico: perMillion(2), imagePico: perMillion(120) };
        const exact =
          3n * BigInt(uncached) + 5n * BigInt(cached) + 2_000_000n * BigInt(output) + 120_000_000n * BigInt(image);
        expect(BigInt(billPico(price, uncached, cached, output, image))).toBe(exact);
      }),
      { seed: 20_261_125 },
    );
  });
});
