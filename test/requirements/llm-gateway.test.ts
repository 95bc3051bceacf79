import { ServiceTier, TrafficType } from '@google/genai';
import { describe, expect, it } from 'vitest';
import { findWire } from '../../src/models/wires.js';
import { readEcho, writeEcho } from '../../src/sim/gateway/wire-echo.js';
import { readSelection, type WireRequest, writeSelection } from '../../src/sim/gateway/wire-selection.js';
import { tiersim } from '../cli/stranger.js';
import * as claims from './claims/llm-gateway.js';

const wire = findWire('llm-gateway')!;
const VERTEX = 'X-Vertex-AI-LLM-Shared-Request-Type';
const google = (endpoint: string): WireRequest => ({
  api: 'generateContent',
  endpoint,
  headers: {},
  body: { model: 'm' },
});

describe('LLM Gateway', () => {
  it('LG-1: flex, priority, default and auto are accepted, and nothing means standard', () => {
    const named = (value: unknown) => {
      const body = value === undefined ? { model: 'm' } : { model: 'm', service_tier: value };
      return claims.ENDPOINTS.map((endpoint) => readSelection(wire, { api: 'chat', endpoint, headers: {}, body }));
    };
    const tierOf = { flex: 'flex', priority: 'priority', default: null, auto: null };
    for (const [value, tier] of Object.entries(tierOf)) {
      for (const selection of named(value)) expect(selection).toMatchObject({ ok: true, tier });
    }
    for (const selection of named(undefined)) expect(selection).toMatchObject({ ok: true, tier: null });
  });

  it('LG-2: flex costs half and priority 1.8 times: fixture F3', () => claims.pricesOfThreeTiers());

  it('LG-3: priority before standard before flex, and only flex is evicted', () => claims.orderAndEviction());

  it('LG-4: a provider without tiers ignores the parameter', () => claims.ignoredWhereThereAreNoTiers());

  it('LG-5: on Vertex the tier is a header, read on the global endpoint only', () => {
    for (const tier of ['priority', 'flex']) {
      const sent = writeSelection(wire, google('vertex-global'), tier)!;
      expect([sent.headers, sent.body]).toEqual([{ [VERTEX]: tier }, { model: 'm' }]);
      expect(readSelection(wire, sent)).toMatchObject({ ok: true, tier });
      expect(readSelection(wire, { ...sent, endpoint: 'vertex-regional' })).toMatchObject({ ok: true, tier: null });
      expect(writeSelection(wire, google('vertex-regional'), tier)).toBeNull();
    }
    claims.globalEndpointOnly();
  });

  it('LG-6: on the Gemini Developer API the tier is the body field service_tier', () => {
    for (const tier of ['priority', 'flex']) {
      const sent = writeSelection(wire, google('ai-studio'), tier)!;
      expect([sent.headers, sent.body]).toEqual([{}, { model: 'm', service_tier: tier }]);
      expect(readSelection(wire, sent)).toMatchObject({ ok: true, tier });
      const headed = { ...google('ai-studio'), headers: { [VERTEX]: tier } };
      expect(readSelection(wire, headed)).toMatchObject({ ok: true, tier: null });
    }
  });

  it('LG-7: by model, endpoint and tier it is honoured, served as standard or refused', () => claims.supportTable());

  it('LG-8: the bill follows the tier that served, whatever was asked for', () => claims.billFollowsTheTierServed());

  it('LG-9: the tier served is said in the traffic type on Vertex and in a header on the Gemini Developer API', () => {
    const said = { priority: 'PRIORITY', flex: 'FLEX', standard: 'STANDARD' } as const;
    for (const [tier, name] of Object.entries(said) as [keyof typeof said, 'PRIORITY' | 'FLEX' | 'STANDARD'][]) {
      const vertex = writeEcho(wire, 'generateContent', tier, true, 'vertex-global');
      const type = name === 'STANDARD' ? TrafficType.ON_DEMAND : TrafficType[`ON_DEMAND_${name}`];
      expect(vertex).toEqual({ headers: {}, body: { usageMetadata: { trafficType: type } } });
      const studio = writeEcho(wire, 'generateContent', tier, true, 'ai-studio');
      expect(studio).toEqual({ headers: { 'x-gemini-service-tier': ServiceTier[name] }, body: {} });
      for (const { headers, body } of [vertex, studio]) {
        expect(readEcho(wire, 'generateContent', headers, body)).toBe(tier);
      }
    }
  });

  it('LG-10: the multiplier is on input, cached, output and image tokens, never on flat fees', () =>
    claims.multiplierScalesTokensOnly());

  it('LG-11: the image model honours flex and serves priority as standard at the standard price', () =>
    claims.imageModel());

  it('LG-12: prices are listed by tier and model', async () => {
    claims.pricesAreListed();
    const { code, stdout } = await tiersim('catalog', 'show', 'llm-gateway');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^gemini-2.5-pro +flex +0.625 +0.0625 +5 +5$/m);
  });
});
