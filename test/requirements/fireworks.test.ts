import { describe, expect, it } from 'vitest';
import { PROVIDERS } from '../../src/models/providers.js';
import { findWire } from '../../src/models/wires.js';
import { writeError } from '../../src/sim/gateway/wire-error.js';
import { readSelection, type WireRequest } from '../../src/sim/gateway/wire-selection.js';
import * as claims from './claims/fireworks.js';
import * as fast from './claims/fireworks-fast.js';
import * as weeks from './claims/fireworks-two-weeks.js';
import { isTurnedAwayLast } from './claims/monotone.js';
import { ended, FULL_RATE, play, simple, times } from './play.js';

const wire = findWire('fireworks')!;
const profile = PROVIDERS.find(({ id }) => id === 'fireworks')!;
const provider = 'fireworks';
const model = claims.MODEL;
const over = claims.overloaded();
const ask = (api: WireRequest['api'], body: WireRequest['body']): WireRequest => ({ api, headers: {}, body });
const IS_FULL = process.env['TIERSIM_FULL'] === '1';

describe('Fireworks', () => {
  it('FW-1: three synchronous paths, one API, one fleet; existing calls are unchanged', () => {
    const synchronous = profile.tiers.filter(({ hold }) => hold === null).map(({ name }) => name);
    expect([synchronous, profile.defaultTier]).toEqual([['priority', 'standard', 'fast'], 'standard']);
    expect(readSelection(wire, ask('chat', { model }))).toEqual({ ok: true, tier: null, model, path: 'standard' });
    claims.threePathsOneFleet();
  });

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

  it('FW-5: fast is the same model: the same lengths come out', () => fast.sameModel());

  it('FW-6: fast makes twice the tokens a second, 100 and more, and less so as concurrency grows', () =>
    fast.twiceTheSpeed());

  it('FW-7: the first request to be turned away is standard', () => {
    const shed = ended(over.records, 'shed').sort((a, b) => a.sentUs - b.sentUs);
    expect(shed.length).toBeGreaterThan(50);
    expect(shed[0]!.tierAsked).toBe('standard');
  });

  it('FW-8: no priority request is shed that would have been let in as standard', () =>
    isTurnedAwayLast({ provider, model, urgent: 'priority', lesser: 'standard' }));

  it('FW-9: priority holds nothing back and does not do away with overload', () => {
    const alone = play(simple({ provider, model, tier: 'priority', rate: FULL_RATE * 1.6, seconds: 300 }));
    expect(alone.summary.total.shedRate).toBeGreaterThan(0);
    const idle = play(simple({ provider, model, tier: 'standard', rate: FULL_RATE * 0.2, seconds: 120 }));
    expect(ended(idle.records, 'shed')).toEqual([]);
  });

  it('FW-10: priority costs 1.5 times standard, fast and background by their rows: fixture F2', () =>
    claims.pricesOfFivePaths());

  it('FW-11: calibrated on load, 0.082 % of standard and none of priority are shed in two weeks', () => {
    if (!IS_FULL) console.log('FW-11: three days instead of fourteen; TIERSIM_FULL=1 plays them all');
    const days = IS_FULL ? 14 : 3;
    weeks.tenPercentMoreLoad(days, weeks.shedRates(days));
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
    claims.shedIsOutsideTheSla();
    const answer = profile.answers.overloaded!;
    const sent = writeError(wire, 'chat', { ...answer, message: answer.message!, retryAfterUs: null }, 'r');
    expect([sent.status, sent.body]).toMatchObject([503, { error: { message: 'Service Overloaded' } }]);
  });

  it('FW-14: 503 Service Unavailable is a fault of the platform, inside the SLA, whichever way attempts are counted', () => {
    claims.unavailableIsInsideTheSla();
    for (const cause of ['unavailable', 'node_down'] as const) {
      expect(profile.answers[cause]).toMatchObject({ status: 503, message: 'Service Unavailable', slaCounted: true });
    }
  });

  it('FW-15: each cause has its advice, and a client that follows the wrong one gets less done', () =>
    claims.adviceToClients());

  it('FW-16: requests are turned away rather than queued without bound', () => {
    const waits = over.records.filter(({ scheduledUs }) => scheduledUs >= 0).map((one) => one.scheduledUs - one.sentUs);
    // Standard lets 5 s of work queue and priority 20 s; a queue that grew without bound would reach a minute here.
    expect(Math.max(...waits)).toBeLessThan(25e6);
  });

  it('FW-17: priority is admission, not speed: those let in as either are served alike', () => {
    const alike = (tier: string) => times(play(simple({ provider, model, tier, rate: FULL_RATE * 0.8 })).records);
    expect(alike('priority')).toEqual(alike('standard'));
    claims.admissionNotSpeed();
  });

  it('FW-18: with one code for both causes, as it was before, the causes are the same', () => {
    const text = simple({ provider, model, tier: claims.MIX, rate: FULL_RATE * 1.4, seconds: 240 });
    const legacy = play(text, 'provider={extends: fireworks, status: {overloaded: 429}}');
    expect(new Set(ended(legacy.records, 'shed').map(({ status }) => status))).toEqual(new Set([429]));
    expect(legacy.records.map(({ cause }) => cause)).toEqual(over.records.map(({ cause }) => cause));
  });

  it('FW-19: background is for accounts let in to it, outside the limits of calls, and does not disturb standard', () => {
    claims.backgroundIsForAccountsLetIn();
    claims.backgroundRunsOnWhatIsLeft();
  });
});
