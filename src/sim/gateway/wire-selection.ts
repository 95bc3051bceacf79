import { ENGINES, type EngineName, sentPriority } from '../../models/engine.js';
import type { Selector, WireApi, WireProfile } from '../../models/wire.js';
import { applies, atPath, type Headers, headerOf, type Json, withPath } from './wire-place.js';

export interface WireRequest {
  readonly api: WireApi;
  /** The surface it is sent to; absent: whichever says something. */
  readonly endpoint?: string;
  readonly headers: Headers;
  readonly body: Json;
}

/** What a request asks for; `tier` null: it names none. */
export type Selection =
  | { readonly ok: true; readonly tier: string | null; readonly model: string; readonly path: 'standard' | 'fast' }
  | { readonly ok: false; readonly cause: 'unknown_tier' | 'unsupported_tier'; readonly message: string };

/** Reads which tier, model and path a request asks for. */
export function readSelection(wire: WireProfile, request: WireRequest): Selection {
  const asked = String(request.body['model'] ?? request.body['modelId'] ?? '');
  const alias = wire.aliases.find(({ id }) => id === asked);
  const named = namedTier(wire, request);
  if (!named.ok) return named;
  if (alias === undefined) return { ok: true, tier: named.tier, model: asked, path: 'standard' };
  if (named.tier !== null && wire.stackConflict === 'refuse') {
    const message = `${asked} cannot be combined with the tier '${named.tier}'`;
    return { ok: false, cause: 'unsupported_tier', message };
  }
  const tier = wire.stackConflict === null ? named.tier : null;
  return { ok: true, tier, model: alias.model, path: alias.path };
}

/** Adds to a request what asks for a tier, at the first place that can say it; null: no place can. */
export function writeSelection(wire: WireProfile, request: WireRequest, tier: string): WireRequest | null {
  for (const selector of wire.selectors) {
    const value = selector.values.find((entry) => entry.tier === tier)?.value;
    if (value === undefined || !applies(selector, request)) continue;
    if (selector.in === 'header') return { ...request, headers: { ...request.headers, [selector.name]: value } };
    return { ...request, body: withPath(request.body, selector.name.split('.'), value) };
  }
  return null;
}

/** The body that goes on to an engine, with the number by which it orders its queue; engines without one get none. */
export function writePriority(engine: EngineName, body: Json, tierRank: number): Json {
  return ENGINES[engine].priority === 'none' ? body : { ...body, priority: sentPriority(engine, tierRank) };
}

type NamedTier = { readonly ok: true; readonly tier: string | null } | (Selection & { readonly ok: false });

/** The first selector that is present decides, also by being wrong. */
function namedTier(wire: WireProfile, request: WireRequest): NamedTier {
  for (const selector of wire.selectors) {
    if (!applies(selector, request)) continue;
    const value = askedValue(selector, request);
    if (value === undefined || value === null) continue;
    const known = selector.values.find((entry) => entry.value === value);
    if (known !== undefined) return { ok: true, tier: known.tier };
    if ((selector.unknownValue ?? wire.unknownValue) === 'ignore') continue;
    const message = `${selector.name}: there is no tier '${String(value)}'`;
    return { ok: false, cause: 'unknown_tier', message };
  }
  return { ok: true, tier: null };
}

function askedValue(selector: Selector, { headers, body }: WireRequest): unknown {
  return selector.in === 'header' ? headerOf(headers, selector.name) : atPath(body, selector.name.split('.'));
}
