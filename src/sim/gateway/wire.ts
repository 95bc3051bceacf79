import { ENGINES, type EngineName, sentPriority } from '../../models/engine.js';
import type { Echo, ErrorShape, Selector, WireApi, WireProfile } from '../../models/wire.js';

/** A JSON object as it travels. */
export type Json = { readonly [key: string]: unknown };
export type Headers = Readonly<Record<string, string>>;

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

/** An answer without tokens: what the client sees of a refusal. */
export interface WireError {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
  readonly body: Json;
}

/** What a profile says of a cause. */
export interface ErrorAnswer {
  readonly status: number;
  readonly statusText?: string;
  readonly type?: string | null;
  readonly code?: string | null;
  readonly message: string;
  readonly param?: string | null;
  readonly retryAfterUs?: number | null;
  readonly shouldRetry?: boolean | null;
}

export interface TokenUsage {
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
}

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

/** The answer to a refused request, in the provider's shape or, where the API has its own, in the API's. */
export function writeError(wire: WireProfile, api: WireApi, answer: ErrorAnswer, requestId: string): WireError {
  const headers: Record<string, string> = { [wire.requestIdHeader]: requestId };
  if (answer.retryAfterUs) headers['retry-after'] = String(Math.ceil(answer.retryAfterUs / 1e6));
  if (typeof answer.shouldRetry === 'boolean') headers['x-should-retry'] = String(answer.shouldRetry);
  const shape = shapeFor(wire, api);
  // Amazon's libraries tell errors apart by that header.
  if (shape === 'aws' && answer.code) headers['x-amzn-errortype'] = answer.code;
  return {
    status: answer.status,
    statusText: answer.statusText ?? REASONS[answer.status] ?? '',
    headers,
    body: errorBody(shape, answer, requestId),
  };
}

/** The usage block of an answer; for Anthropic and Amazon the cached tokens are outside of the input tokens, elsewhere inside. */
export function writeUsage(api: WireApi, usage: TokenUsage): Json {
  const { promptTokens, cachedTokens, outputTokens } = usage;
  const total = promptTokens + outputTokens;
  switch (api) {
    case 'chat':
    case 'completions':
      return {
        prompt_tokens: promptTokens,
        completion_tokens: outputTokens,
        total_tokens: total,
        prompt_tokens_details: { cached_tokens: cachedTokens },
      };
    case 'responses':
      return {
        input_tokens: promptTokens,
        input_tokens_details: { cached_tokens: cachedTokens, cache_write_tokens: 0 },
        output_tokens: outputTokens,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: total,
      };
    // The body of InvokeModel is the model's own; that of Anthropic's is the one written here.
    case 'invokeModel':
    case 'messages':
      return {
        input_tokens: promptTokens - cachedTokens,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: cachedTokens,
        output_tokens: outputTokens,
      };
    case 'generateContent':
      return {
        promptTokenCount: promptTokens,
        cachedContentTokenCount: cachedTokens,
        candidatesTokenCount: outputTokens,
        totalTokenCount: total,
      };
    case 'converse':
      return {
        inputTokens: promptTokens - cachedTokens,
        outputTokens,
        totalTokens: total,
        cacheReadInputTokens: cachedTokens,
        cacheWriteInputTokens: 0,
      };
  }
}

/** Token counts of a usage block, the reverse of writeUsage. */
export function readUsage(api: WireApi, block: Json): TokenUsage {
  const number = (...path: readonly string[]): number => Number(atPath(block, path) ?? 0);
  switch (api) {
    case 'chat':
    case 'completions':
      return {
        promptTokens: number('prompt_tokens'),
        cachedTokens: number('prompt_tokens_details', 'cached_tokens'),
        outputTokens: number('completion_tokens'),
      };
    case 'responses':
      return {
        promptTokens: number('input_tokens'),
        cachedTokens: number('input_tokens_details', 'cached_tokens'),
        outputTokens: number('output_tokens'),
      };
    case 'invokeModel':
    case 'messages': {
      const cachedTokens = number('cache_read_input_tokens');
      const promptTokens = number('input_tokens') + number('cache_creation_input_tokens') + cachedTokens;
      return { promptTokens, cachedTokens, outputTokens: number('output_tokens') };
    }
    case 'generateContent':
      return {
        promptTokens: number('promptTokenCount'),
        cachedTokens: number('cachedContentTokenCount'),
        outputTokens: number('candidatesTokenCount'),
      };
    case 'converse': {
      const cachedTokens = number('cacheReadInputTokens');
      const promptTokens = number('inputTokens') + number('cacheWriteInputTokens') + cachedTokens;
      return { promptTokens, cachedTokens, outputTokens: number('outputTokens') };
    }
  }
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

function applies(
  place: Pick<Selector, 'apis' | 'endpoints'>,
  { api, endpoint }: { readonly api: WireApi; readonly endpoint?: string | undefined },
): boolean {
  const isOfApi = place.apis === null || place.apis.includes(api);
  return isOfApi && (endpoint === undefined || place.endpoints === null || place.endpoints.includes(endpoint));
}

function headerOf(headers: Headers, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return Object.entries(headers).find(([key]) => key.toLowerCase() === wanted)?.[1];
}

function atPath(json: Json, path: readonly string[]): unknown {
  let at: unknown = json;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Json)[key];
  }
  return at;
}

function withPath(json: Json, path: readonly string[], value: unknown): Json {
  const [head = '', ...rest] = path;
  if (rest.length === 0) return { ...json, [head]: value };
  const inner = json[head];
  return { ...json, [head]: withPath(typeof inner === 'object' && inner !== null ? (inner as Json) : {}, rest, value) };
}

/** A provider that offers Anthropic's API answers there in Anthropic's shape. */
function shapeFor(wire: WireProfile, api: WireApi): ErrorShape {
  if (api === 'messages') return 'anthropic';
  if (api === 'converse' || api === 'invokeModel') return 'aws';
  return api === 'generateContent' ? 'google' : wire.errors === 'google' ? 'openai' : wire.errors;
}

function errorBody(shape: ErrorShape, answer: ErrorAnswer, requestId: string): Json {
  const { message, status } = answer;
  switch (shape) {
    case 'message-only':
      return { error: { message } };
    case 'aws':
      return { message };
    case 'openai':
      return {
        error: {
          message,
          type: answer.type ?? OPENAI_TYPES[status] ?? 'server_error',
          param: answer.param ?? null,
          code: answer.code ?? null,
        },
      };
    case 'anthropic':
      return { type: 'error', error: { type: ANTHROPIC_TYPES[status] ?? 'api_error', message }, request_id: requestId };
    case 'google':
      return { error: { code: status, message, status: GOOGLE_STATUSES[status] ?? 'UNKNOWN' } };
  }
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  408: 'Request Timeout',
  429: 'Too Many Requests',
  498: 'Capacity Exceeded',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
  529: 'Overloaded',
};

const OPENAI_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  403: 'invalid_request_error',
  404: 'invalid_request_error',
  429: 'rate_limit_error',
  503: 'service_unavailable_error',
};

const ANTHROPIC_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

/** google.rpc.Code names by HTTP status. */
const GOOGLE_STATUSES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** The echo that tells a client its tier, for `catalog show`; in words. */
export function describeEcho({ in: place, name }: Echo): string {
  return place === 'header' ? `header ${name}` : `body field ${name}`;
}
