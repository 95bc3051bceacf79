import { describe, expect, it } from 'vitest';
import type { Selector, WireApi, WireProfile } from '../../../src/models/wire.js';
import { body, header, same, standardAs } from '../../../src/models/wire-build.js';
import { findWire } from '../../../src/models/wires.js';
import { readEcho, writeEcho } from '../../../src/sim/gateway/wire-echo.js';
import {
  readSelection,
  type WireRequest,
  writePriority,
  writeSelection,
} from '../../../src/sim/gateway/wire-selection.js';

const TIERS = [...same('flex', 'priority'), ...standardAs('default')];

/** A contract that says no more than a test needs. */
const wire = (selectors: readonly Selector[], overrides: Partial<WireProfile> = {}): WireProfile => ({
  ...findWire('neutral')!,
  apis: ['chat', 'messages'],
  selectors,
  ...overrides,
});
const ask = (request: Partial<WireRequest>): WireRequest => ({
  api: 'chat',
  headers: {},
  ...request,
  body: { model: 'm', ...request.body },
});
/** The tier that is read, or why there is none. */
const tierOf = (of: WireProfile, request: Partial<WireRequest>) => {
  const read = readSelection(of, ask(request));
  return read.ok ? read.tier : read.cause;
};

describe('a place where a request may name its tier', () => {
  it('is a header in whatever case, or a field in whatever depth', () => {
    const byHeader = wire([header('X-Tier', TIERS)]);
    expect(tierOf(byHeader, { headers: { 'x-other': 'priority', 'x-TIER': 'flex' } })).toBe('flex');
    expect(tierOf(byHeader, { headers: { 'x-other': 'priority' } })).toBeNull();
    const deep = wire([body('a.b.c', TIERS)]);
    expect(tierOf(deep, { body: { a: { b: { c: 'flex' } } } })).toBe('flex');
    for (const a of [{ b: 'flex' }, { b: null }, 'flex', null, [], { c: 'flex' }, { b: { c: null } }]) {
      expect(tierOf(deep, { body: { a } })).toBeNull();
    }
  });

  it('is no field that every object has', () => {
    expect(tierOf(wire([body('constructor.name', TIERS)]), {})).toBeNull();
    expect(tierOf(wire([body('a.length', TIERS)]), { body: { a: 'text' } })).toBeNull();
  });

  it('counts for its APIs and its surfaces only', () => {
    const of = wire([body('tier', TIERS, { apis: ['messages'], endpoints: ['eu', 'us'] })]);
    const read = (api: WireApi, endpoint?: string) =>
      tierOf(of, { api, ...(endpoint === undefined ? {} : { endpoint }), body: { tier: 'flex' } });
    expect([read('chat', 'eu'), read('messages', 'eu'), read('messages', 'us'), read('messages', 'asia')]).toEqual([
      null,
      'flex',
      'flex',
      null,
    ]);
    // Whoever does not say where it is sent to means whichever surface says something.
    expect(read('messages')).toBe('flex');
  });

  it('decides in its order, also by naming the default or by being wrong', () => {
    const of = wire([header('x-tier', TIERS), body('tier', TIERS)]);
    const both = (first: string) => tierOf(of, { headers: { 'x-tier': first }, body: { tier: 'flex' } });
    expect([both('priority'), both('default'), both('warp')]).toEqual(['priority', null, 'unknown_tier']);
  });

  it('may take what it does not know for nothing, as the profile says or itself', () => {
    const lax = wire([header('x-tier', TIERS), body('tier', TIERS)], { unknownValue: 'ignore' });
    expect(tierOf(lax, { headers: { 'x-tier': 'warp' }, body: { tier: 'flex' } })).toBe('flex');
    const strictField = wire([{ ...body('tier', TIERS), unknownValue: 'refuse' }], { unknownValue: 'ignore' });
    expect(tierOf(strictField, { body: { tier: 'warp' } })).toBe('unknown_tier');
    const laxField = wire([{ ...body('tier', TIERS), unknownValue: 'ignore' }], { unknownValue: 'refuse' });
    expect(tierOf(laxField, { body: { tier: 'warp' } })).toBeNull();
  });

  it('is named when its value is wrong', () => {
    expect(readSelection(wire([body('tier', TIERS)]), ask({ body: { tier: 7 } }))).toEqual({
      ok: false,
      cause: 'unknown_tier',
      message: "tier: there is no tier '7'",
    });
  });
});

describe('the model that is asked for', () => {
  const aliases = [{ id: 'm-fast', model: 'm', path: 'fast' }] as const;
  const named = (model: string, tier: string, stackConflict: WireProfile['stackConflict']) =>
    readSelection(wire([body('tier', TIERS)], { aliases, stackConflict }), ask({ body: { model, tier } }));

  it('may stand for another on a path of its own', () => {
    expect(named('m-fast', 'default', null)).toEqual({ ok: true, tier: null, model: 'm', path: 'fast' });
    expect(named('other', 'flex', 'refuse')).toEqual({ ok: true, tier: 'flex', model: 'other', path: 'standard' });
  });

  it('may exclude a tier beside it', () => {
    expect(named('m-fast', 'flex', null)).toMatchObject({ ok: true, tier: 'flex', path: 'fast' });
    expect(named('m-fast', 'flex', 'ignore-tier')).toMatchObject({ ok: true, tier: null, path: 'fast' });
    expect(named('m-fast', 'default', 'refuse')).toMatchObject({ ok: true, tier: null, path: 'fast' });
    expect(named('m-fast', 'flex', 'refuse')).toEqual({
      ok: false,
      cause: 'unsupported_tier',
      message: "m-fast cannot be combined with the tier 'flex'",
    });
    expect(named('m-fast', 'warp', 'refuse')).toMatchObject({ ok: false, cause: 'unknown_tier' });
  });

  it("is said in a field of its own by Amazon's library, or not at all", () => {
    const of = wire([]);
    expect(readSelection(of, { api: 'converse', headers: {}, body: { modelId: 'm' } })).toMatchObject({ model: 'm' });
    expect(readSelection(of, { api: 'chat', headers: {}, body: {} })).toMatchObject({ model: '' });
  });
});

describe('writing a tier into a request', () => {
  const of = wire([
    header('X-Tier', same('priority'), { endpoints: ['eu'] }),
    body('options.tier', same('flex', 'priority'), { apis: ['chat'] }),
  ]);

  it('takes the first place that can say it there', () => {
    const request = ask({ endpoint: 'eu', headers: { a: '1' }, body: { options: { x: 1 } } });
    expect(writeSelection(of, request, 'priority')).toEqual({ ...request, headers: { a: '1', 'X-Tier': 'priority' } });
    const elsewhere = { ...request, endpoint: 'us' };
    expect(writeSelection(of, elsewhere, 'priority')).toEqual({
      ...elsewhere,
      body: { model: 'm', options: { x: 1, tier: 'priority' } },
    });
    expect(writeSelection(of, request, 'flex')!.body).toEqual({ model: 'm', options: { x: 1, tier: 'flex' } });
  });

  it('replaces what is in its way, and gives up where no place can say it', () => {
    for (const options of ['text', null]) {
      expect(writeSelection(of, ask({ body: { options } }), 'flex')!.body).toEqual({
        model: 'm',
        options: { tier: 'flex' },
      });
    }
    const deep = wire([body('a.b.c', TIERS)]);
    for (const a of ['text', null, { b: null }, { b: 'text' }]) {
      const written = writeSelection(deep, ask({ body: { a } }), 'flex')!;
      expect(written.body).toEqual({ model: 'm', a: { b: { c: 'flex' } } });
    }
    expect(writeSelection(of, ask({ api: 'messages', endpoint: 'us' }), 'flex')).toBeNull();
    expect(writeSelection(of, ask({}), 'warp')).toBeNull();
  });
});

describe('writing the number by which an engine orders its queue', () => {
  it('goes by what the engine puts first, and is left out where it orders by nothing', () => {
    const sent = (engine: Parameters<typeof writePriority>[0]) => writePriority(engine, { model: 'm' }, 2);
    expect(sent('vllm')).toEqual({ model: 'm', priority: -2 });
    expect(sent('sglang')).toEqual({ model: 'm', priority: 2 });
    expect(sent('tensorrt-llm')).toEqual({ model: 'm' });
  });
});

describe('the echo of the tier that served', () => {
  const said = (overrides: object) => ({
    in: 'body' as const,
    name: 'usage.tier',
    apis: ['chat'] as const,
    endpoints: null,
    values: [
      { value: 'F', tier: 'flex' },
      { value: 'P', tier: 'priority' },
    ],
    whenUnasked: true,
    ...overrides,
  });

  it('stands in all places that say it on this API and surface', () => {
    const of = wire([], {
      echoes: [
        said({}),
        said({ in: 'header', name: 'X-Tier', endpoints: ['eu'] }),
        said({ name: 'usage.asked', whenUnasked: false }),
        said({ name: 'elsewhere', apis: ['messages'] }),
      ],
    });
    expect(writeEcho(of, 'chat', 'flex', true, 'eu')).toEqual({
      headers: { 'X-Tier': 'F' },
      body: { usage: { tier: 'F', asked: 'F' } },
    });
    expect(writeEcho(of, 'chat', 'priority', false, 'us')).toEqual({ headers: {}, body: { usage: { tier: 'P' } } });
    expect(writeEcho(of, 'chat', 'standard', true)).toEqual({ headers: {}, body: {} });
  });

  it('is read where it stands, and from no other API and no unknown value', () => {
    const of = wire([], { echoes: [said({}), said({ in: 'header', name: 'X-Tier', apis: ['messages'] })] });
    expect(readEcho(of, 'chat', {}, { usage: { tier: 'P' } })).toBe('priority');
    expect(readEcho(of, 'messages', { 'x-tier': 'F' }, { usage: { tier: 'P' } })).toBe('flex');
    expect(readEcho(of, 'chat', { 'x-tier': 'F' }, {})).toBeNull();
    expect(readEcho(of, 'chat', {}, { usage: { tier: 'warp' } })).toBeNull();
    expect(readEcho(of, 'chat', {}, {})).toBeNull();
  });
});
