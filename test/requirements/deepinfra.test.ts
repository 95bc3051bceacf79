import { describe, expect, it } from 'vitest';
import { support } from '../../src/models/providers/build.js';
import { PROVIDERS } from '../../src/models/providers.js';
import { supportedTiers } from '../../src/models/supported-tiers.js';
import { findWire } from '../../src/models/wires.js';
import { readEcho, writeEcho } from '../../src/sim/gateway/wire-echo.js';
import { readSelection, type WireRequest } from '../../src/sim/gateway/wire-selection.js';
import type { AttemptRecord } from '../../src/sim/record.js';
import * as claims from './claims/deepinfra.js';
import { isTurnedAwayLast } from './claims/monotone.js';
import { ended, FULL_RATE, of, play, simple, sum, times } from './play.js';

const wire = findWire('deepinfra')!;
const profile = PROVIDERS.find(({ id }) => id === 'deepinfra')!;
const provider = 'deepinfra';
const MIX = '{standard: 80%, priority: 20%}';
const over = play(simple({ provider, tier: MIX, rate: FULL_RATE * 1.4, seconds: 240 }));
const hot = play(simple({ provider, tier: MIX, rate: FULL_RATE * 0.97, seconds: 240 }));
const ask = (body: WireRequest['body']): WireRequest => ({ api: 'chat', headers: {}, body: { model: 'm', ...body } });
const echoOf = ({ tierAsked, tierServed }: AttemptRecord): string | null => {
  const { headers, body } = writeEcho(wire, 'chat', tierServed, tierAsked !== 'standard');
  return readEcho(wire, 'chat', headers, body);
};
const PRICE = { input: 30_000, output: 50_000 };

describe('DeepInfra', () => {
  it('DI-1: the tier is asked for with service_tier, and without it the request is standard', () => {
    expect(readSelection(wire, ask({ service_tier: 'priority' }))).toMatchObject({ ok: true, tier: 'priority' });
    expect(readSelection(wire, ask({}))).toMatchObject({ ok: true, tier: null });
    expect(profile.defaultTier).toBe('standard');
    expect(wire.selectors.map(({ in: place, name }) => `${place} ${name}`)).toEqual(['body service_tier']);
  });

  it('DI-2: without priority requests nothing changes, and standard feels the more of it there is', () => {
    const text = simple({ provider, tier: 'standard', rate: FULL_RATE * 0.97, seconds: 60 });
    const ignored = play(text, 'provider={extends: deepinfra, models: {llama-3.1-8b: {priority: false}}}');
    expect(ignored.summary.run.fingerprint).toBe(play(text).summary.run.fingerprint);
    const waits = [0, 30, 60].map((share) => {
      const tier = share === 0 ? 'standard' : `{standard: ${100 - share}%, priority: ${share}%}`;
      const { records } = play(simple({ provider, tier, rate: FULL_RATE * 0.97, seconds: 240 }));
      const queues = of(records, 'standard').filter(({ scheduledUs }) => scheduledUs >= 0);
      return sum(queues.map(({ scheduledUs, sentUs }) => scheduledUs - sentUs)) / queues.length;
    });
    expect(waits[1]).toBeGreaterThan(waits[0]!);
    expect(waits[2]).toBeGreaterThan(waits[1]!);
  });

  it('DI-3: no standard request starts on a node while a priority one waits there', () => claims.frontOfTheQueue());

  it('DI-4: while standard is turned away priority is let in', () => {
    const { tiers } = over.summary;
    expect(tiers['standard']!.outcomes.shed).toBeGreaterThan(50);
    expect(tiers['priority']!.outcomes.shed).toBe(0);
    isTurnedAwayLast({ provider, model: 'llama-3.1-8b', urgent: 'priority', lesser: 'standard' });
    const all = play(simple({ provider, tier: 'priority', rate: FULL_RATE * 1.6, seconds: 240 })).summary;
    const asStandard = play(simple({ provider, tier: 'standard', rate: FULL_RATE * 1.6, seconds: 240 })).summary;
    expect(all.total.outcomes.shed).toBeGreaterThan(0);
    expect(all.total.outcomes.shed).toBeLessThan(asStandard.total.outcomes.shed);
  });

  it('DI-5: overload queues first and then answers 429, told apart from the limit by its cause', () => {
    claims.overloadIs429();
    const account = 'accounts: [{name: a, limits: {rpm: 60}}]';
    const limited = play(simple({ provider, tier: 'standard', rate: 3, more: account, keys: ', account: a' })).records;
    const causes = new Set(limited.filter(({ status }) => status === 429).map(({ cause }) => cause));
    expect(causes).toEqual(new Set(['rate_limited']));
  });

  it('DI-6: when nobody waits, priority and standard are the same to the last bit', () => {
    const idle = (tier: string) =>
      play(simple({ provider, tier, rate: FULL_RATE * 0.05, nodes: 4, seconds: 300 })).records;
    expect(idle('priority').length).toBeGreaterThan(60);
    expect(times(idle('priority'))).toEqual(times(idle('standard')));
  });

  it('DI-7: priority is echoed if and only if it was applied, default if it was not', () => {
    const off = play(
      simple({ provider, tier: MIX, rate: 2, seconds: 60 }),
      'provider={extends: deepinfra, models: {llama-3.1-8b: {priority: false}}}',
    );
    for (const record of ended([...over.records, ...off.records], 'completed')) {
      const { headers, body } = writeEcho(wire, 'chat', record.tierServed, record.tierAsked !== 'standard');
      const expected =
        record.tierAsked === 'standard' ? undefined : record.tierServed === 'priority' ? 'priority' : 'default';
      expect([body['service_tier'], Object.keys(headers)]).toEqual([expected, []]);
    }
    expect(off.records.some(({ tierAsked, tierServed }) => tierAsked === 'priority' && tierServed === 'standard')).toBe(
      true,
    );
  });

  it('DI-8: a model without the tier serves it as usual at the usual price', () => {
    const text = simple({ provider, tier: 'priority', rate: 2, seconds: 30 });
    const { records } = play(text, 'provider={extends: deepinfra, models: {llama-3.1-8b: {priority: false}}}');
    const done = ended(records, 'completed');
    expect(done.length).toBeGreaterThan(30);
    for (const { status, tierServed, billedPico, promptTokens, outputTokens } of done) {
      expect([status, tierServed]).toEqual([200, 'standard']);
      expect(billedPico).toBe(promptTokens * PRICE.input + outputTokens * PRICE.output);
    }
    expect(records.filter(({ outcome }) => outcome === 'refused')).toEqual([]);
  });

  it('DI-9: priority costs 1.5 times: fixture F1 to the last digit', () => claims.pricesOfThreeTiers());

  it('DI-10: the tier that is billed is the tier that is echoed', () => {
    const factor: Readonly<Record<string, number>> = { priority: 1.5, standard: 1 };
    for (const record of ended([...over.records, ...hot.records], 'completed')) {
      const echoed = echoOf(record) ?? 'standard';
      const full = record.promptTokens * PRICE.input + record.outputTokens * PRICE.output;
      expect(record.billedPico / full).toBeCloseTo(factor[echoed]!, 12);
    }
  });

  it('DI-11: chat and completions take the tier; of embeddings only the bill does', () => {
    for (const api of ['chat', 'completions']) {
      const { records } = play(simple({ provider, tier: 'priority', rate: 2, seconds: 20, keys: `, api: ${api}` }));
      const served = ended(records, 'completed').map(({ tierServed, billedPico }) => `${tierServed} ${billedPico}`);
      expect(new Set(served)).toEqual(new Set([`priority ${1.5 * (100 * PRICE.input + 50 * PRICE.output)}`]));
    }
    claims.embeddingsAreBilledOnly();
  });

  it('DI-12: applied = asked for and enabled and supported by the engine, in all eight cases', () => {
    for (const asked of [true, false]) {
      for (const enabled of [true, false]) {
        for (const supported of [true, false]) {
          const { records } = play(
            simple({
              provider,
              tier: asked ? 'priority' : 'standard',
              rate: 2,
              seconds: 5,
              engine: supported ? 'vllm' : 'sglang',
            }),
            `provider={extends: deepinfra, models: {llama-3.1-8b: {priority: ${enabled}}}}`,
          );
          const served = new Set(records.filter(({ node }) => node >= 0).map(({ tierServed }) => tierServed));
          const applied = asked && enabled && supported;
          expect([asked, enabled, supported, ...served]).toEqual([
            asked,
            enabled,
            supported,
            applied ? 'priority' : 'standard',
          ]);
        }
      }
    }
  });

  it('DI-13: a model that is enabled during the run takes the tier from then on', () => {
    const text = simple({
      provider: '{extends: deepinfra, models: {llama-3.1-8b: {priority: false}}}',
      tier: 'priority',
      rate: 4,
      seconds: 40,
      more: 'events: [{at: 20s, set: provider.models.llama-3.1-8b.priority, to: true}]',
    });
    const served = play(text).records.filter(({ node }) => node >= 0);
    for (const { sentUs, tierServed } of served) expect(tierServed).toBe(sentUs < 20e6 ? 'standard' : 'priority');
    expect(new Set(served.map(({ tierServed }) => tierServed)).size).toBe(2);
  });

  it('DI-14: which tiers a model has can be looked up', () => {
    expect(supportedTiers(profile, 'llama-3.1-8b', 'chat')).toEqual(['priority', 'standard']);
    const off = { ...profile, support: [support('priority', 'downgrade', { model: 'llama-3.1-8b' })] };
    expect(supportedTiers(off, 'llama-3.1-8b', 'chat')).toEqual(['standard']);
  });

  it('DI-15: in a chain of calls the saving grows with the number of hops', () => {
    const saving = [1, 4, 16].map((hops) => savingMs(hops));
    expect(saving[1]! / saving[0]!).toBeGreaterThan(2);
    expect(saving[1]! / saving[0]!).toBeLessThan(8);
    expect(saving[2]! / saving[1]!).toBeGreaterThan(2);
    expect(saving[2]! / saving[1]!).toBeLessThan(8);
  });

  it('DI-16: ordinary clients try a 429 again, and first and final fate are both reported', () => {
    const text = simple({
      provider,
      tier: 'standard',
      rate: FULL_RATE * 1.2,
      seconds: 240,
      keys: ', client: openai-python',
    });
    const { standard } = play(text).summary.tiers;
    expect(standard!.retries).toBeGreaterThan(20);
    expect(standard!.shedRate).toBeGreaterThan(0.02);
    expect(standard!.requestShedRate).toBeLessThan(standard!.shedRate!);
    expect(standard!.successRate).toBeGreaterThan(0.5);
  });

  /** How much sooner a chain of calls ends as priority than as standard, on a node that standard keeps hot. */
  function savingMs(hops: number): number {
    const chainE2eMs = (tier: string): number => {
      const { summary } = play(`
seed: 3
duration: 900s
warmup: 60s
provider: deepinfra
hardware:
  box: {tdpWatts: 700, idleWatts: 100, slots: 8, prefillTokPerSec: 20000, decodeTokPerSec: {single: 100, full: 400}, usdPerHour: $2}
fleet: [{name: main, model: llama-3.1-8b, hardware: box}]
traffic:
  - {name: others, tier: standard, arrivals: {constant: ${FULL_RATE * 0.93}/s}, input: 100, output: {exponential: 50}}
  - {name: agent, tier: ${tier}, arrivals: {users: {count: 1, thinkTime: 5s}}, input: 100, output: 10, sessions: {turns: 1, hops: ${hops}, context: fresh}}
`);
      return (tier === 'priority' ? summary.tiers['priority'] : summary.total)!.chainE2eMs.mean!;
    };
    return chainE2eMs('standard') - chainE2eMs('priority');
  }
});
