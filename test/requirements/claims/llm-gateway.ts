import fc from 'fast-check';
import { expect } from 'vitest';
import { priceList } from '../../../src/models/price-list.js';
import { PROVIDERS } from '../../../src/models/providers.js';
import { supportedTiers } from '../../../src/models/supported-tiers.js';
import { ended, FULL_RATE, of, pico, play, type Simple, simple } from '../play.js';

/** What LLM Gateway promises, each for its profile with changes: `change` is further keys of the provider's mapping. */

export const PRO = 'gemini-2.5-pro';
export const IMAGE = 'gemini-3-pro-image-preview';
export const ENDPOINTS = ['vertex-global', 'vertex-regional', 'ai-studio', 'without-tiers'] as const;

const provider = (change: string, id = 'llm-gateway'): string => (change === '' ? id : `{extends: ${id}, ${change}}`);
const at = (endpoint: string, change = '', id = 'llm-gateway'): string =>
  provider(`endpoint: ${endpoint}${change === '' ? '' : `, ${change}`}`, id);

/** Per million tokens at standard rates, in pico-dollars a token. */
const RATES = {
  [PRO]: { input: 1_250_000, cached: 125_000, output: 10_000_000 },
  [IMAGE]: { input: 2_000_000, cached: 2_000_000, output: 120_000_000 },
};
const FACTORS: Readonly<Record<string, number>> = { priority: 1.8, standard: 1, flex: 0.5 };

/** F3: 10k tokens in, of which 4k from the cache, and 1k out, with a flat fee. */
export function pricesOfThreeTiers(change = ''): void {
  const bill = (tier: string, more = ''): number => {
    const text = simple({
      provider: provider([change, more].filter(Boolean).join(', ')),
      model: PRO,
      tier,
      rate: 0.02,
      seconds: 400,
      input: '10000',
      output: '1000',
      keys: ', sharedPrefix: 40%, fees: {request: $0.01}',
    });
    const done = ended(play(text).records, 'completed').filter(({ cachedTokens }) => cachedTokens > 0);
    for (const { promptTokens, cachedTokens, outputTokens } of done) {
      expect([promptTokens, cachedTokens, outputTokens]).toEqual([10_000, 4000, 1000]);
    }
    expect(done.length).toBeGreaterThan(2);
    return done[0]!.billedPico;
  };
  const fee = pico('0.01');
  expect(bill('standard')).toBe(pico('0.0180') + fee);
  expect(bill('priority')).toBe(pico('0.0324') + fee);
  expect(bill('flex')).toBe(pico('0.0090') + fee);
  expect(bill('priority', `models: {${PRO}: {priority: downgrade}}`)).toBe(pico('0.0180') + fee);
}

/** Under load priority goes before standard before flex, and only flex is thrown out, also while it is running. */
export function orderAndEviction(change = ''): void {
  const { records, summary } = play(`
${simple({ provider: provider(change), model: PRO, tier: '{priority: 15%, standard: 85%}', rate: FULL_RATE * 0.85, seconds: 400 })}
  - {name: reports, model: ${PRO}, tier: flex, arrivals: 0.3/s, input: 4000, output: 20}
`);
  const { priority, standard, flex } = summary.tiers;
  for (const figure of ['mean', 'p95'] as const) {
    expect(priority!.ttftMs[figure]!).toBeLessThan(standard!.ttftMs[figure]!);
    expect(standard!.ttftMs[figure]!).toBeLessThan(flex!.ttftMs[figure]!);
  }
  expect(flex!.evictions).toBeGreaterThan(5);
  expect([priority!.evictions, standard!.evictions]).toEqual([0, 0]);
  // Work was lost: whoever was thrown out had begun.
  expect(priority!.recomputedTokens + standard!.recomputedTokens).toBeGreaterThan(0);
  expect(flex!.recomputedTokens).toBe(0);
  // Nobody was lost: back to their place, and served later.
  for (const one of of(records, 'flex')) if (one.evictions > 0) expect(one.outcome).toMatch(/completed|unfinished/);
}

/** The parameter means nothing to a provider without tiers: served, at the standard rate. */
export function ignoredWhereThereAreNoTiers(change = ''): void {
  for (const tier of ['priority', 'flex']) {
    const { records } = play(simple({ provider: at('without-tiers', change), model: PRO, tier, rate: 2, seconds: 20 }));
    const done = ended(records, 'completed');
    expect(done.length).toBeGreaterThan(20);
    expect(records.every(({ outcome }) => outcome === 'completed' || outcome === 'unfinished')).toBe(true);
    for (const { status, tierServed, billedPico, promptTokens, outputTokens } of done) {
      expect([status, tierServed]).toEqual([200, 'standard']);
      expect(billedPico).toBe(promptTokens * RATES[PRO].input + outputTokens * RATES[PRO].output);
    }
  }
}

/** Tiers are applied on the global endpoint and not on a regional one. */
export function globalEndpointOnly(change = ''): void {
  const served = (endpoint: string, tier: string): ReadonlySet<string> => {
    const { records } = play(simple({ provider: at(endpoint, change), model: PRO, tier, rate: 2, seconds: 10 }));
    return new Set(ended(records, 'completed').map(({ status, tierServed }) => `${status} ${tierServed}`));
  };
  for (const tier of ['priority', 'flex']) {
    expect(served('vertex-global', tier)).toEqual(new Set([`200 ${tier}`]));
    expect(served('vertex-regional', tier)).toEqual(new Set(['200 standard']));
  }
  expect(PROVIDERS.find(({ id }) => id === 'llm-gateway')!.endpoint).toBe('vertex-global');
}

/** One that the profile does not name. */
const OTHER = 'llama-3.1-8b';

/** What becomes of priority and flex: honoured, served as standard, or refused, by endpoint in the order of ENDPOINTS. */
const OUTCOMES = {
  'llm-gateway': {
    [PRO]: ['honour honour', 'standard standard', 'honour honour', 'standard standard'],
    [IMAGE]: ['standard honour', 'standard standard', 'standard honour', 'standard standard'],
    [OTHER]: ['standard refuse', 'standard standard', 'standard refuse', 'standard standard'],
  },
  'llm-gateway@2026-09': {
    [PRO]: ['honour refuse', 'refuse refuse', 'honour honour', 'refuse refuse'],
    [IMAGE]: ['refuse honour', 'refuse refuse', 'honour honour', 'refuse refuse'],
    [OTHER]: ['refuse refuse', 'refuse refuse', 'refuse refuse', 'refuse refuse'],
  },
};

export function supportTable(change = ''): void {
  for (const [id, models] of Object.entries(OUTCOMES)) {
    for (const [model, rows] of Object.entries(models)) {
      expect(ENDPOINTS.map((endpoint) => becomes(id, endpoint, model, change))).toEqual(rows);
      const profile = PROVIDERS.find((one) => one.id === id)!;
      for (const [index, endpoint] of ENDPOINTS.entries()) {
        const listed = supportedTiers({ ...profile, endpoint }, model, 'chat');
        const honoured = rows[index]!.split(' ').map((outcome) => outcome === 'honour');
        expect(['priority', 'flex'].map((tier) => listed.includes(tier))).toEqual(honoured);
      }
    }
  }
}

function becomes(id: string, endpoint: string, model: string, change: string): string {
  return ['priority', 'flex']
    .map((tier) => {
      const { records } = play(simple({ provider: at(endpoint, change, id), model, tier, rate: 2, seconds: 4 }));
      const seen = records
        .filter(({ outcome }) => outcome !== 'unfinished')
        .map(({ outcome, status, cause, tierServed }) => {
          if (outcome === 'refused') return cause === 'unsupported_tier' && status === 400 ? 'refuse' : cause;
          return tierServed === tier ? 'honour' : tierServed;
        });
      return [...new Set(seen)].join('/');
    })
    .join(' ');
}

/** Random load and random changes of support while it runs: each bill is what the tier that served costs. */
export function billFollowsTheTierServed(change = ''): void {
  const answer = fc.constantFrom('true', 'false', 'ignore');
  const drawn = fc.record({
    seed: fc.nat(1e6),
    model: fc.constantFrom(PRO, IMAGE),
    priority: fc.integer({ min: 1, max: 9 }),
    flex: fc.integer({ min: 1, max: 9 }),
    load: fc.double({ min: 0.4, max: 4, noNaN: true }),
    prefix: fc.constantFrom(0, 64),
    fee: fc.constantFrom(0, 7),
    turns: fc.array(fc.record({ at: fc.nat(20), tier: fc.constantFrom('priority', 'flex'), to: answer }), {
      maxLength: 4,
    }),
  });
  const downgrades = { overload: 0, support: 0 };
  fc.assert(
    fc.property(drawn, ({ seed, model, priority, flex, load, prefix, fee, turns }) => {
      const text = simple({
        provider: provider(change || 'endpoint: vertex-global'),
        model,
        tier: `{priority: ${4 * priority}%, standard: ${100 - 4 * priority - 4 * flex}%, flex: ${4 * flex}%}`,
        rate: FULL_RATE * load,
        seconds: 20,
        input: '{uniform: [100, 900]}',
        keys: `${prefix === 0 ? '' : ', sharedPrefix: 50%'}${fee === 0 ? '' : `, fees: {request: $0.0000${fee}}`}`,
        more: events(model, turns),
      });
      for (const one of play(text, `seed=${seed}`, ...EAGER).records) {
        if (one.outcome !== 'completed') {
          expect(one.billedPico).toBe(0);
          continue;
        }
        const { input, cached, output } = RATES[model];
        const { promptTokens, cachedTokens, outputTokens, tierServed, tierAsked } = one;
        const full = (promptTokens - cachedTokens) * input + cachedTokens * cached + outputTokens * output;
        const flat = fee === 0 ? 0 : pico(`0.0000${fee}`);
        expect([tierAsked, tierServed, one.billedPico]).toEqual([
          tierAsked,
          tierServed,
          full * FACTORS[tierServed]! + flat,
        ]);
        if (tierAsked !== tierServed) downgrades[tierAsked === 'priority' ? 'overload' : 'support']++;
      }
    }),
    { numRuns: 30, seed: 8 },
  );
  // Both ways of being served as standard were met.
  expect(Math.min(downgrades.overload, downgrades.support)).toBeGreaterThan(20);
}

/** Thresholds so low that overload is usual. */
const EAGER = ['priority=300ms', 'standard=1s'].map((text) => `provider.tiers.${text.replace('=', '.shedAbove=')}`);

function events(model: string, turns: readonly { at: number; tier: string; to: string }[]): string {
  if (turns.length === 0) return '';
  const lines = turns.map(
    ({ at: from, tier, to }) => `{at: ${from}s, set: provider.models.${model}.${tier}, to: ${to}}`,
  );
  return `events: [${lines.join(', ')}]`;
}

/** The multiplier is on uncached, cached, output and image tokens; what is paid by the request stays the same. */
export function multiplierScalesTokensOnly(change = ''): void {
  const each: Partial<Simple>[] = [
    { model: PRO, input: '2000', output: '2' },
    { model: PRO, input: '2000', output: '2', keys: ', sharedPrefix: 80%' },
    { model: PRO, input: '16', output: '900' },
    { model: IMAGE, input: '16', output: '900' },
    { model: IMAGE, input: '16', output: '900', keys: ', imageOutput: 50%' },
  ];
  const bill = (tier: string, options: Partial<Simple>, fees = ''): number => {
    const text = simple({
      provider: at('ai-studio', [change, `models: {${IMAGE}: {priority: true}}`].filter(Boolean).join(', ')),
      tier,
      rate: 0.05,
      seconds: 200,
      ...options,
      keys: `${options.keys ?? ''}${fees}`,
    });
    return ended(play(text).records, 'completed').at(-1)!.billedPico;
  };
  const fees = ', fees: {request: $0.01, webSearch: {price: $0.035, share: 100%}}';
  for (const options of each) {
    const standard = bill('standard', options);
    expect(bill('priority', options)).toBe(standard * 1.8);
    expect(bill('flex', options)).toBe(standard * 0.5);
    for (const tier of Object.keys(FACTORS)) {
      expect(bill(tier, options, fees) - bill(tier, options)).toBe(pico('0.045'));
    }
  }
}

/** The image model has flex and no priority: served as standard and billed so. */
export function imageModel(change = ''): void {
  const served = (tier: string) => {
    const { records } = play(simple({ provider: at('ai-studio', change), model: IMAGE, tier, rate: 1, seconds: 10 }));
    return ended(records, 'completed')[0]!;
  };
  const full = 100 * RATES[IMAGE].input + 50 * RATES[IMAGE].output;
  expect(served('priority')).toMatchObject({ tierServed: 'standard', billedPico: full, status: 200 });
  expect(served('flex')).toMatchObject({ tierServed: 'flex', billedPico: full / 2, status: 200 });
}

/** Tiers that a model does not have are not listed. */
export function pricesAreListed(): void {
  const profile = PROVIDERS.find(({ id }) => id === 'llm-gateway')!;
  const listed = priceList(profile).map(({ model, tier, inputPico, cachedPico, outputPico, imagePico }) => {
    return [model, tier, ...[inputPico, cachedPico, outputPico, imagePico].map((amount) => amount / 1e6)].join(' ');
  });
  expect(listed).toEqual([
    `${PRO} priority 2.25 0.225 18 18`,
    `${PRO} standard 1.25 0.125 10 10`,
    `${PRO} flex 0.625 0.0625 5 5`,
    `${IMAGE} standard 2 2 12 120`,
    `${IMAGE} flex 1 1 6 60`,
  ]);
}
