import { describe, expect, it } from 'vitest';
import type { ErrorShape, WireApi } from '../../../src/models/wire.js';
import { findWire } from '../../../src/models/wires.js';
import { type ErrorAnswer, writeError } from '../../../src/sim/gateway/wire-error.js';

const NEUTRAL = findWire('neutral')!;

function written(answer: Partial<ErrorAnswer>, errors: ErrorShape = 'openai', api: WireApi = 'chat') {
  return writeError({ ...NEUTRAL, errors }, api, { status: 503, message: 'no', ...answer }, 'r1');
}

describe('the headers of a refusal', () => {
  it('name the request, and nothing that the profile does not say', () => {
    expect(written({}).headers).toEqual({ 'x-request-id': 'r1' });
    expect(written({ retryAfterUs: null, shouldRetry: null }).headers).toEqual({ 'x-request-id': 'r1' });
    expect(written({ retryAfterUs: 0 }).headers).toEqual({ 'x-request-id': 'r1' });
  });

  it('count Retry-After in whole seconds, never less than is meant', () => {
    const hinted = (retryAfterUs: number) => written({ retryAfterUs }).headers['retry-after'];
    expect([hinted(1), hinted(1_000_000), hinted(1_000_001), hinted(60_000_000)]).toEqual(['1', '1', '2', '60']);
  });

  it('say whether to try again, both ways', () => {
    expect(written({ shouldRetry: true }).headers['x-should-retry']).toBe('true');
    expect(written({ shouldRetry: false }).headers['x-should-retry']).toBe('false');
  });

  it("tell Amazon's errors apart where there is a code", () => {
    const typeOf = (code: string | null, api: WireApi) => written({ code }, 'aws', api).headers['x-amzn-errortype'];
    expect([typeOf('X', 'converse'), typeOf('X', 'invokeModel'), typeOf(null, 'converse')]).toEqual([
      'X',
      'X',
      undefined,
    ]);
    expect(written({ code: 'X' }, 'openai').headers).not.toHaveProperty('x-amzn-errortype');
  });
});

it('the reason phrase is the usual one, or the one of the profile, or none', () => {
  expect([429, 503, 529, 599].map((status) => written({ status }).statusText)).toEqual([
    'Too Many Requests',
    'Service Unavailable',
    'Overloaded',
    '',
  ]);
  expect(written({ statusText: 'Busy' }).statusText).toBe('Busy');
});

describe('the body of a refusal', () => {
  it('says type, parameter and code, the type by the status where none is given', () => {
    const error = (answer: Partial<ErrorAnswer>) => written(answer).body['error'];
    expect(error({ status: 429 })).toEqual({ message: 'no', type: 'rate_limit_error', param: null, code: null });
    expect(error({ status: 599 })).toMatchObject({ type: 'server_error' });
    expect(error({ type: 't', param: 'p', code: 'c' })).toEqual({ message: 'no', type: 't', param: 'p', code: 'c' });
  });

  it.each([
    ['message-only', 'chat', { error: { message: 'no' } }],
    ['aws', 'chat', { message: 'no' }],
    ['anthropic', 'chat', { type: 'error', error: { type: 'overloaded_error', message: 'no' }, request_id: 'r1' }],
    // Whatever the provider says elsewhere, each of these APIs has a shape of its own, and Google's is no other's.
    ['openai', 'messages', { type: 'error', error: { type: 'overloaded_error', message: 'no' }, request_id: 'r1' }],
    ['openai', 'converse', { message: 'no' }],
    ['openai', 'invokeModel', { message: 'no' }],
    ['openai', 'generateContent', { error: { code: 503, message: 'no', status: 'UNAVAILABLE' } }],
    ['google', 'chat', { error: { message: 'no', type: 'service_unavailable_error', param: null, code: null } }],
  ] as const)('has the shape %s on %s', (shape, api, body) => {
    expect(written({}, shape, api).body).toEqual(body);
  });

  it('has a word for every status', () => {
    expect(written({ status: 599 }, 'anthropic').body).toMatchObject({ error: { type: 'api_error' } });
    expect(written({ status: 599 }, 'google', 'generateContent').body).toMatchObject({ error: { status: 'UNKNOWN' } });
  });
});
