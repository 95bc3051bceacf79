import type { ErrorShape, WireApi, WireProfile } from '../../models/wire.js';
import type { Headers, Json } from './wire-place.js';

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
