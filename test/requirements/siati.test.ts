import { describe, expect, it } from 'vitest';
import { PROVIDERS } from '../../src/models/providers.js';
import { findWire } from '../../src/models/wires.js';
import { loadScenario } from '../../src/scenario/load.js';
import { readEcho, writeEcho } from '../../src/sim/gateway/wire-echo.js';
import { writeError } from '../../src/sim/gateway/wire-error.js';
import { readSelection } from '../../src/sim/gateway/wire-selection.js';
import * as claims from './claims/siati.js';
import * as routing from './claims/siati-routing.js';

const wire = findWire('siati')!;
const profile = PROVIDERS.find(({ id }) => id === 'siati')!;

describe('siati', () => {
  it('ST-1: another price changes no event, another rank or weight does', () => claims.priceChangesNoEvent());

  it('ST-2: four tiers with queue priorities 1, 10, 100, 1000, bigger first', () => {
    const ranks = Object.fromEntries(profile.tiers.map(({ name, rank }) => [name, rank]));
    expect(ranks).toEqual({ slow: 1, medium: 10, fast: 100, ludicrous: 1000 });
    claims.urgentFirst();
  });

  it("ST-3: the tier is the key's default, and the header X-Siati-Tier overrides it", () => {
    const ask = (headers: Record<string, string>) =>
      readSelection(wire, { api: 'chat', headers, body: { model: 'm' } });
    for (const tier of claims.TIERS) {
      for (const name of ['X-Siati-Tier', 'x-siati-tier'])
        expect(ask({ [name]: tier })).toMatchObject({ ok: true, tier });
      const { headers, body } = writeEcho(wire, 'chat', tier, false);
      expect(readEcho(wire, 'chat', headers, body)).toBe(tier);
    }
    expect(ask({})).toMatchObject({ ok: true, tier: null });
    expect(ask({ 'X-Siati-Tier': 'warp' })).toMatchObject({ ok: false, cause: 'unknown_tier' });
    claims.tierOfTheKey();
  });

  it('ST-4: each tier prefers its own hardware', () => routing.hardwareByTier());

  it('ST-5: only healthy backends that serve the model with a weight above zero are taken', () =>
    routing.filterOfTheRouter());

  it('ST-6: by weight, then queue depth, then pressure', () => routing.sortOfTheRouter());

  it("ST-7: the winner is sent the tier's priority, turned round for vLLM", () => claims.prioritySent());

  it('ST-8: ludicrous apertus-70b goes to the Blackwells, slow to the Spark', () => routing.ludicrousAndSlow());

  it('ST-9: a lower tier waits longer and is slower only under contention', () => claims.slowerOnlyUnderContention());

  it('ST-10: reserved slots are there for ludicrous, and lower tiers never take the last of them', () =>
    claims.reservedSlots());

  it('ST-11: requests per minute are limited by tier', () => {
    claims.limitsByTier();
    const answer = profile.answers.rate_limited!;
    expect([answer.status, answer.type, answer.retryAfterUs]).toEqual([429, 'rate_limit_exceeded', 18e6]);
    const sent = writeError(
      wire,
      'chat',
      { ...answer, message: 'rate limit exceeded (60/min)', retryAfterUs: 18e6 },
      'r',
    );
    expect(sent.headers['retry-after']).toBe('18');
    expect(sent.body).toMatchObject({
      error: { message: 'rate limit exceeded (60/min)', type: 'rate_limit_exceeded' },
    });
  });

  it('ST-12: the price of a token depends on the tier: fixture F4', () => claims.priceByTier());

  it('ST-13: a Mac mini draws 30 W and a Blackwell node 1.2 kW; joules per token are reported', () => {
    const watts = (hardware: string, model: string, gpus: number) => {
      const fleet = `fleet: [{name: main, model: ${model}, hardware: ${hardware}, gpusPerNode: ${gpus}}]`;
      const traffic = `traffic: [{name: all, model: ${model}, arrivals: 1/h, input: 10, output: 10}]`;
      const { scenario } = loadScenario(`duration: 1m\nprovider: siati\n${fleet}\n${traffic}\n`, {
        file: 'watts.yaml',
      });
      return scenario!.pools[0]!.power.tdpWatts;
    };
    expect(watts('mac-mini-m4', 'apertus-8b', 1)).toBe(30);
    expect(watts('rtx-pro-6000-blackwell-max-q', 'apertus-70b', 4)).toBe(1200);
    claims.wattsAndJoules();
  });
});
