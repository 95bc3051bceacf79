import type { WireApi, WireProfile } from '../../models/wire.js';
import { applies, atPath, type Headers, headerOf, type Json, withPath } from './wire-place.js';

/** What an answer says of the tier that served it: headers, and body fields to be merged in. */
export function writeEcho(
  wire: WireProfile,
  api: WireApi,
  tierServed: string,
  isAsked: boolean,
  endpoint?: string,
): { readonly headers: Headers; readonly body: Json } {
  const headers: Record<string, string> = {};
  let body: Json = {};
  for (const echo of wire.echoes) {
    const value = echo.values.find(({ tier }) => tier === tierServed)?.value;
    if (value === undefined || !applies(echo, { api, endpoint }) || !(isAsked || echo.whenUnasked)) continue;
    if (echo.in === 'header') headers[echo.name] = value;
    else body = withPath(body, echo.name.split('.'), value);
  }
  return { headers, body };
}

/** The tier that an answer says has served it; null: it does not say. */
export function readEcho(wire: WireProfile, api: WireApi, headers: Headers, body: Json): string | null {
  for (const echo of wire.echoes) {
    const value = echo.in === 'header' ? headerOf(headers, echo.name) : atPath(body, echo.name.split('.'));
    const tier = echo.values.find((entry) => entry.value === value)?.tier;
    if (applies(echo, { api }) && tier !== undefined) return tier;
  }
  return null;
}
