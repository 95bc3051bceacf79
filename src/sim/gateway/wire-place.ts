import type { Selector, WireApi } from '../../models/wire.js';

/** A JSON object as it travels. */
export type Json = { readonly [key: string]: unknown };
export type Headers = Readonly<Record<string, string>>;

/** Is this place of a profile one of this API, on this surface? */
export function applies(
  place: Pick<Selector, 'apis' | 'endpoints'>,
  { api, endpoint }: { readonly api: WireApi; readonly endpoint?: string | undefined },
): boolean {
  const isOfApi = place.apis === null || place.apis.includes(api);
  return isOfApi && (endpoint === undefined || place.endpoints === null || place.endpoints.includes(endpoint));
}

/** Whatever its case. */
export function headerOf(headers: Headers, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return Object.entries(headers).find(([key]) => key.toLowerCase() === wanted)?.[1];
}

export function atPath(json: Json, path: readonly string[]): unknown {
  let at: unknown = json;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Json)[key];
  }
  return at;
}

export function withPath(json: Json, path: readonly string[], value: unknown): Json {
  const [head = '', ...rest] = path;
  if (rest.length === 0) return { ...json, [head]: value };
  const inner = json[head];
  return { ...json, [head]: withPath(typeof inner === 'object' && inner !== null ? (inner as Json) : {}, rest, value) };
}
