import { describe, expect, it } from 'vitest';
import { findWire } from '../../src/models/wires.js';
import { readSelection, type WireRequest } from '../../src/sim/gateway/wire.js';
import { ended, FULL_RATE, of, pico, play, simple, sum, times } from './play.js';

const wire = findWire('fireworks')!;
const provider = 'fireworks';
const model = 'kimi-k2.6';
const MIX = '{standard: 80%, priority: 20%}';
const over = play(simple({ provider, model, tier: MIX, rate: FULL_RATE * 1.4, seconds: 240 }));
const ask = (api: WireRequest['api'], body: WireRequest['body']): WireRequest => ({ api, headers: {}, body });

describe('Fireworks', () => {
  it('FW-2: priority is asked for alike on the OpenAI and the Anthropic API', () => {
    for (const api of ['chat', 'messages'] as const) {
      const request = ask(api, { model: 'm', service_tier: 'priority' });
      expect(readSelection(wire, request)).toMatchObject({ ok: true, tier: 'priority', path: 'standard' });
    }
  });

  it('FW-3: fast is asked for with a model id of its own', () => {
    const request = ask('chat', { model: 'accounts/fireworks/routers/kimi-k2p6-turbo' });
    expect(readSelection(wire, request)).toEqual({ ok: true, tier: null, model, path: 'fast' });
  });

  it('FW-4: priority and fast never add up', () => {
    const both = ask('chat', { model: 'accounts/fireworks/routers/kimi-k2p6-turbo', service_tier: 'priority' });
    expect(readSelection(wire, both)).toMatchObject({ ok: false });
    const ignoring = { ...wire, stackConflict: 'ignore-tier' } as const;
    expect(readSelection(ignoring, both)).toMatchObject({ ok: true, tier: null, path: 'fast' });
  });

  it('FW-7: the first request to be turned away is standard', () => {
    const shed = ended(over.records, 'shed').sort((a, b) => a.sentUs - b.sentUs);
    expect(shed.length).toBeGreaterThan(50);
    expect(shed[0]!.tierAsked).toBe('standard');
  });

  it('FW-9: priority holds nothing back and does not do away with overload', () => {
    const alone = play(simple({ provider, model, tier: 'priority', rate: FULL_RATE * 1.6, seconds: 300 }));
    expect(alone.summary.total.shedRate).toBeGreaterThan(0);
    const idle = play(simple({ provider, model, tier: 'standard', rate: FULL_RATE * 0.2, seconds: 120 }));
    expect(ended(idle.records, 'shed')).toEqual([]);
  });

  it('FW-10: priority costs 1.5 times standard, fast and background by their rows: fixture F2', () => {
    const bill = (name: string, tier: string): number => {
      const options = { provider: name, model, tier, rate: 1, seconds: 40, input: '10000', output: '1000' };
      const path = tier === 'fast' ? 'fast' : 'standard';
      const text = simple(options).replace('hardware: box,', `hardware: box, path: ${path},`);
      return ended(play(text).records, 'completed')[0]!.billedPico;
    };
    expect(bill(provider, 'standard')).toBe(pico('0.0135'));
    expect(bill(provider, 'priority')).toBe(pico('0.02025'));
    expect(bill('fireworks@2026-09', 'priority')).toBe(pico('0.016875'));
    expect(bill(provider, 'fast')).toBe(pico('0.0280'));
    expect(bill(provider, 'background')).toBe(pico('0.003375'));
  });

  it("FW-12: 429 is the account's limit only: half the fleet, the same 429s", () => {
    const run = (nodes: number, limit: number) => {
      const more = `accounts: [{name: a, limits: {rpm: ${limit}, outputTpm: none}}]`;
      return play(
        simple({ provider, model, tier: 'standard', rate: 6, nodes, seconds: 180, more, keys: ', account: a' }),
      );
    };
    const limited = (nodes: number, limit: number): number[] =>
      run(nodes, limit)
        .records.filter(({ status }) => status === 429)
        .map(({ request }) => request)
        .sort((a, b) => a - b);
    expect(limited(2, 200).length).toBeGreaterThan(50);
    expect(limited(1, 200)).toEqual(limited(2, 200));
    const raised = run(1, 100_000).summary.total;
    expect(raised.outcomes.rateLimited).toBe(0);
    expect(raised.outcomes.shed).toBeGreaterThanOrEqual(run(1, 200).summary.total.outcomes.shed);
  });

  it('FW-13: what is shed made no token, gets 503 Service Overloaded, and is outside the SLA', () => {
    const { scenario } = over.summary;
    expect(scenario.hash).toBe('');
    for (const { status, cause, outputTokens, node } of ended(over.records, 'shed')) {
      expect([status, cause, outputTokens, node]).toEqual([503, 'overloaded', 0, -1]);
    }
  });

  it('FW-16: requests are turned away rather than queued without bound', () => {
    const waits = over.records.filter(({ scheduledUs }) => scheduledUs >= 0).map((one) => one.scheduledUs - one.sentUs);
    // Standard lets 5 s of work queue and priority 20 s; a queue that grew without bound would reach a minute here.
    expect(Math.max(...waits)).toBeLessThan(25e6);
  });

  it('FW-17: priority is admission, not speed: those let in as either are served alike', () => {
    const alike = (tier: string) => times(play(simple({ provider, model, tier, rate: FULL_RATE * 0.8 })).records);
    expect(alike('priority')).toEqual(alike('standard'));
    const tpot = (tier: string): number => {
      const done = of(ended(over.records, 'completed'), tier);
      return sum(done.map((one) => (one.lastTokenUs - one.firstTokenUs) / (one.outputTokens - 1))) / done.length;
    };
    expect(tpot('priority') / tpot('standard')).toBeGreaterThan(0.98);
    expect(tpot('priority') / tpot('standard')).toBeLessThan(1.02);
  });

  it('FW-18: with one code for both causes, as it was before, the causes are the same', () => {
    const text = simple({ provider, model, tier: MIX, rate: FULL_RATE * 1.4, seconds: 240 });
    const legacy = play(text, 'provider={extends: fireworks, status: {overloaded: 429}}');
    expect(new Set(ended(legacy.records, 'shed').map(({ status }) => status))).toEqual(new Set([429]));
    expect(legacy.records.map(({ cause }) => cause)).toEqual(over.records.map(({ cause }) => cause));
  });
});
