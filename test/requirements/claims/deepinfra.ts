import { expect } from 'vitest';
import { ended, FULL_RATE, of, pico, play, type Simple, simple, times } from '../play.js';

/** What DeepInfra promises, each for its profile with changes: `change` is further keys of the provider's mapping. */

export const MIX = '{standard: 80%, priority: 20%}';
export const provider = (change: string, id = 'deepinfra'): string =>
  change === '' ? id : `{extends: ${id}, ${change}}`;
const base = (change: string, options: Omit<Simple, 'provider'>): string =>
  simple({ ...options, provider: provider(change) });

/** F1. */
export function pricesOfThreeTiers(change = ''): void {
  const bill = (tier: string, id = 'deepinfra'): number => {
    const text = simple({ provider: provider(change, id), tier, rate: 1, seconds: 10, input: '1000', output: '200' });
    return ended(play(text).records, 'completed')[0]!.billedPico;
  };
  expect(bill('standard')).toBe(pico('0.00004'));
  expect(bill('priority')).toBe(pico('0.00006'));
  expect(bill('flex', 'deepinfra@2026-07')).toBe(pico('0.000032'));
}

/** No standard request starts on a node while a priority one waits there, and priority waits less for its first token. */
export function frontOfTheQueue(change = ''): void {
  const { records, summary } = play(base(change, { tier: MIX, rate: FULL_RATE * 0.97, seconds: 240 }));
  const priority = of(records, 'priority').filter(({ scheduledUs }) => scheduledUs >= 0);
  for (const one of of(records, 'standard').filter(({ scheduledUs }) => scheduledUs >= 0)) {
    const passedOver = priority.filter(
      (other) => other.node === one.node && other.sentUs <= one.scheduledUs && other.scheduledUs > one.scheduledUs,
    );
    expect(passedOver).toEqual([]);
  }
  const { tiers } = summary;
  for (const figure of ['p50', 'p95'] as const) {
    expect(tiers['priority']!.ttftMs[figure]!).toBeLessThan(tiers['standard']!.ttftMs[figure]!);
  }
}

/** Overload is a queue first and then a 429 of its own cause. */
export function overloadIs429(change = ''): void {
  const { records } = play(base(change, { tier: MIX, rate: FULL_RATE * 1.4, seconds: 240 }));
  const shed = ended(records, 'shed');
  expect(new Set(shed.map(({ status, cause }) => `${status} ${cause}`))).toEqual(new Set(['429 overloaded']));
  const firstShedUs = Math.min(...shed.map(({ sentUs }) => sentUs));
  const queued = records.filter(({ sentUs, scheduledUs }) => sentUs < firstShedUs && scheduledUs > sentUs + 1e6);
  expect(queued.length).toBeGreaterThan(5);
  expect(records.some(({ status }) => status === 503)).toBe(false);
}

/** Embeddings asked as priority are billed 1.5 times and wait, start and end as if they had not been. */
export function embeddingsAreBilledOnly(change = ''): void {
  const run = (tier: string) =>
    play(
      base(change, {
        model: 'qwen3-embedding-0.6b',
        tier,
        rate: 150,
        seconds: 60,
        input: '{uniform: [20, 220]}',
        keys: ', api: embeddings',
        more: `  - {name: others, model: qwen3-embedding-0.6b, api: embeddings, tier: standard, arrivals: 40/s, input: 100}`,
      }).replace(', output: 50', ''),
    );
  const [standard, priority] = [run('standard'), run('priority')];
  expect(times(priority.records)).toEqual(times(standard.records));
  expect(priority.summary.run.steps).toBe(standard.summary.run.steps);
  // It is hot enough that a place in the queue would have mattered.
  expect(standard.summary.total.queueMs.p95!).toBeGreaterThan(50);
  const asked = ended(of(priority.records, 'priority'), 'completed');
  expect(asked.length).toBeGreaterThan(1000);
  for (const { tierServed, billedPico, promptTokens, status } of asked) {
    expect([status, tierServed, billedPico]).toEqual([200, 'priority', promptTokens * 15_000]);
  }
  for (const { billedPico, promptTokens } of ended(of(priority.records, 'standard'), 'completed')) {
    expect(billedPico).toBe(promptTokens * 10_000);
  }
}
