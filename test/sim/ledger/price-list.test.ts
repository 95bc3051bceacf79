import { describe, expect, it } from 'vitest';
import { deepinfra } from '../../../src/models/providers/deepinfra.js';
import { fireworks } from '../../../src/models/providers/fireworks.js';
import { llmGateway } from '../../../src/models/providers/llm-gateway.js';
import { neutral } from '../../../src/models/providers/neutral.js';
import { siati } from '../../../src/models/providers/siati.js';
import { billPico, priceOf } from '../../../src/sim/ledger/price-list.js';
import { provider, tier } from '../../helpers/scenario.js';

const bill = (
  profile: Parameters<typeof priceOf>[0],
  model: string,
  tierName: string,
  tokens: readonly [number, number, number],
) => billPico(priceOf(profile, model, tierName)!, ...tokens);

describe('priceOf', () => {
  const rows = { inputPico: 100, cachedPico: 10, outputPico: 200, imagePico: null, longContext: null };
  const profile = provider({
    tiers: [tier('priority', { priceMultiplier: 1.5 }), tier('fast', { priceMultiplier: 2 }), tier('standard')],
    prices: [
      { model: 'm', tier: null, ...rows },
      { model: 'm', tier: 'fast', ...rows, inputPico: 7, cachedPico: 7, outputPico: 7 },
    ],
  });

  it("multiplies the model's row by the tier's multiplier, all three kinds of token alike", () => {
    expect(priceOf(profile, 'm', 'priority')).toEqual({ inputPico: 150, cachedPico: 15, outputPico: 300 });
    expect(priceOf(profile, 'm', 'standard')).toEqual({ inputPico: 100, cachedPico: 10, outputPico: 200 });
  });

  it("takes a tier's own row as it is", () => {
    expect(priceOf(profile, 'm', 'fast')).toMatchObject({ inputPico: 7, outputPico: 7 });
  });

  it('sells nothing that has no row, unless a star stands for any model', () => {
    expect(priceOf(profile, 'other', 'standard')).toBeNull();
    const any = { ...profile, prices: [...profile.prices, { model: '*', tier: null, ...rows }] };
    expect(priceOf(any, 'other', 'priority')).toMatchObject({ inputPico: 150 });
  });

  it('rounds to whole pico-units', () => {
    const odd = {
      ...profile,
      prices: [{ model: 'm', tier: null, ...rows, inputPico: 1, cachedPico: 1, outputPico: 3 }],
    };
    expect(priceOf(odd, 'm', 'priority')).toEqual({ inputPico: 2, cachedPico: 2, outputPico: 5 });
  });
});

describe('bills of real profiles, to the last digit', () => {
  it('DeepInfra Llama 3.1 8B: 1,000 in and 200 out cost $0.00004, $0.00006 at priority', () => {
    expect(bill(deepinfra, 'llama-3.1-8b', 'standard', [1000, 0, 200])).toBe(40_000_000);
    expect(bill(deepinfra, 'llama-3.1-8b', 'priority', [1000, 0, 200])).toBe(60_000_000);
  });

  it('the neutral tiers: 1,000 in and 500 out cost 0.002, 0.003, 0.001 and 0.0005', () => {
    const tiers = ['standard', 'priority', 'flex', 'background'];
    expect(tiers.map((name) => bill(neutral, 'any', name, [1000, 0, 500]))).toEqual([2e9, 3e9, 1e9, 5e8]);
  });

  it('Fireworks Kimi K2.6: fast has a row of its own, background a quarter', () => {
    expect(bill(fireworks, 'kimi-k2.6', 'fast', [1_000_000, 0, 1_000_000])).toBe(10e12);
    expect(bill(fireworks, 'kimi-k2.6', 'priority', [1_000_000, 1_000_000, 0])).toBe(0.24e12);
    expect(bill(fireworks, 'kimi-k2.6', 'background', [1_000_000, 0, 0])).toBe(0.2375e12);
  });

  it('LLM Gateway: flex is half, priority 80 % more, cached tokens too', () => {
    const tokens = [10_000, 4000, 1000] as const;
    const standard = bill(llmGateway, 'gemini-2.5-pro', 'standard', tokens);
    expect(standard).toBe(6000 * 1_250_000 + 4000 * 125_000 + 1000 * 10_000_000);
    expect(bill(llmGateway, 'gemini-2.5-pro', 'flex', tokens)).toBe(standard / 2);
    expect(bill(llmGateway, 'gemini-2.5-pro', 'priority', tokens)).toBe(standard * 1.8);
  });

  it('siati: the tier alone sets the price, input at half of output', () => {
    expect(bill(siati, 'apertus-70b', 'fast', [2_000_000, 0, 1_000_000])).toBe(8e12);
    expect(bill(siati, 'apertus-8b', 'slow', [0, 0, 1_000_000])).toBe(0.4e12);
  });
});
