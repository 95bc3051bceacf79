import Anthropic from '@anthropic-ai/sdk';
import type { GenerateContentResponseUsageMetadata } from '@google/genai';
import { ServiceTier, TrafficType } from '@google/genai';
import fc from 'fast-check';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { PROVIDERS } from '../../../src/models/providers.js';
import { WIRE_APIS, type WireApi, type WireProfile } from '../../../src/models/wire.js';
import { findWire } from '../../../src/models/wires.js';
import { readEcho, writeEcho } from '../../../src/sim/gateway/wire-echo.js';
import { type ErrorAnswer, writeError } from '../../../src/sim/gateway/wire-error.js';
import type { Json } from '../../../src/sim/gateway/wire-place.js';
import { readSelection, type WireRequest, writeSelection } from '../../../src/sim/gateway/wire-selection.js';
import { readUsage, writeUsage } from '../../../src/sim/gateway/wire-usage.js';

const wireOf = (name: string): WireProfile => findWire(name)!;
const ask = (api: WireApi, body: Json, headers = {}): WireRequest => ({ api, headers, body });
const USAGE = { promptTokens: 1000, cachedTokens: 400, outputTokens: 200 };
const NAMES = PROVIDERS.map(({ id }) => id);

/** A server that gives the same answer again and again. */
function server(answer: () => Response) {
  const requests: { readonly headers: Headers; readonly body: Json }[] = [];
  const fetch = async (_url: unknown, init?: RequestInit): Promise<Response> => {
    requests.push({ headers: new Headers(init?.headers), body: JSON.parse(String(init?.body)) as Json });
    return answer();
  };
  return { fetch, requests };
}

function refusal(wire: WireProfile, api: WireApi, answer: ErrorAnswer): () => Response {
  const { status, statusText, headers, body } = writeError(wire, api, answer, 'req_1');
  const { 'retry-after': _dropped, ...rest } = headers;
  // A millisecond instead of the whole seconds of Retry-After, so that the libraries do not make the test wait.
  return () => new Response(JSON.stringify(body), { status, statusText, headers: { ...rest, 'retry-after-ms': '1' } });
}

const completion = (wire: WireProfile, tier: string): OpenAI.Chat.ChatCompletion => ({
  id: 'c1',
  object: 'chat.completion',
  created: 0,
  model: 'm',
  choices: [],
  usage: writeUsage('chat', USAGE) as unknown as OpenAI.CompletionUsage,
  ...writeEcho(wire, 'chat', tier, true).body,
});

const openai = (fetch: typeof globalThis.fetch): OpenAI => new OpenAI({ apiKey: 'k', fetch });
const QUESTION = { model: 'm', messages: [{ role: 'user' as const, content: 'hi' }] };

describe('the OpenAI library against our answers', () => {
  it('sends the tier where we read it, and reads the echo and the usage where we write them', async () => {
    const { fetch, requests } = server(() => Response.json(completion(wireOf('deepinfra'), 'priority')));
    const answer = await openai(fetch).chat.completions.create({ ...QUESTION, service_tier: 'priority' });
    expect(readSelection(wireOf('deepinfra'), ask('chat', requests[0]!.body))).toMatchObject({ tier: 'priority' });
    expect(answer.service_tier).toBe('priority');
    expect(answer.usage).toMatchObject({ prompt_tokens: 1000, completion_tokens: 200, total_tokens: 1200 });
    expect(answer.usage!.prompt_tokens_details!.cached_tokens).toBe(400);
  });

  it('takes a 429 for its rate limit error and tries twice again', async () => {
    const answer = { status: 429, type: 'rate_limit_exceeded', message: 'rate limit exceeded (60/min)' };
    const { fetch, requests } = server(refusal(wireOf('siati'), 'chat', answer));
    const failure = await openai(fetch)
      .chat.completions.create(QUESTION)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(OpenAI.RateLimitError);
    expect(failure).toMatchObject({ status: 429, type: 'rate_limit_exceeded', requestID: 'req_1' });
    expect(requests.map(({ headers }) => headers.get('x-stainless-retry-count'))).toEqual(['0', '1', '2']);
  });

  it('obeys x-should-retry: false, and true where it would not have tried', async () => {
    const no = server(refusal(wireOf('fireworks'), 'chat', { status: 503, message: 'no', shouldRetry: false }));
    await expect(openai(no.fetch).chat.completions.create(QUESTION)).rejects.toBeInstanceOf(OpenAI.InternalServerError);
    expect(no.requests).toHaveLength(1);
    const yes = server(refusal(wireOf('fireworks'), 'chat', { status: 400, message: 'no', shouldRetry: true }));
    await expect(openai(yes.fetch).chat.completions.create(QUESTION)).rejects.toBeInstanceOf(OpenAI.BadRequestError);
    expect(yes.requests).toHaveLength(3);
  });

  it('sees code and parameter of a refused tier', async () => {
    const answer = { status: 400, code: 'unknown_tier', param: 'service_tier', message: 'no such tier' };
    const { fetch } = server(refusal(wireOf('openai'), 'chat', answer));
    const failure = await openai(fetch)
      .chat.completions.create(QUESTION)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'unknown_tier', param: 'service_tier', type: 'invalid_request_error' });
  });
});

describe('the OpenAI library against the clouds', () => {
  it.each(['azure', 'bedrock', 'groq'])('%s: sends the tier where we read it and reads what served', async (name) => {
    const { fetch, requests } = server(() => Response.json(completion(wireOf(name), 'flex')));
    const answer = await openai(fetch).chat.completions.create({ ...QUESTION, service_tier: 'flex' });
    expect(readSelection(wireOf(name), ask('chat', requests[0]!.body))).toMatchObject({ ok: true, tier: 'flex' });
    expect(answer.service_tier).toBe('flex');
  });

  it('does not try again after 498, of which Groq means that flex has no room', async () => {
    const answer = { status: 498, code: 'capacity_exceeded', message: 'no room' };
    const { fetch, requests } = server(refusal(wireOf('groq'), 'chat', answer));
    await expect(openai(fetch).chat.completions.create(QUESTION)).rejects.toMatchObject({ status: 498 });
    expect(requests).toHaveLength(1);
  });
});

describe('the Anthropic library against our answers', () => {
  const client = (fetch: typeof globalThis.fetch): Anthropic => new Anthropic({ apiKey: 'k', fetch });
  const MESSAGE = { model: 'm', max_tokens: 10, messages: [{ role: 'user' as const, content: 'hi' }] };

  it('reads the tier and the tokens from the usage block', async () => {
    const wire = wireOf('anthropic');
    const { usage: echo } = writeEcho(wire, 'messages', 'priority', false).body as { usage: Json };
    const usage = { ...writeUsage('messages', USAGE), ...echo } as unknown as Anthropic.Usage;
    const { fetch, requests } = server(() =>
      Response.json({ id: 'm1', type: 'message', role: 'assistant', content: [], model: 'm', usage }),
    );
    const answer = await client(fetch).messages.create({ ...MESSAGE, service_tier: 'auto' });
    expect(answer.usage).toMatchObject({ input_tokens: 600, cache_read_input_tokens: 400, service_tier: 'priority' });
    expect(readSelection(wire, ask('messages', requests[0]!.body))).toMatchObject({ ok: true, tier: null });
  });

  it('takes a 529 for an overload', async () => {
    const { fetch, requests } = server(
      refusal(wireOf('anthropic'), 'messages', { status: 529, message: 'Overloaded', shouldRetry: true }),
    );
    const failure = await client(fetch)
      .messages.create(MESSAGE)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ status: 529, error: { type: 'error', error: { type: 'overloaded_error' } } });
    expect(requests).toHaveLength(3);
  });
});

describe('Google', () => {
  const wire = wireOf('llm-gateway');

  it('names the traffic types of its own library', () => {
    const trafficOf = (tier: string): unknown => {
      const { usageMetadata } = writeEcho(wire, 'generateContent', tier, true).body;
      return (usageMetadata as GenerateContentResponseUsageMetadata).trafficType;
    };
    expect(trafficOf('priority')).toBe(TrafficType.ON_DEMAND_PRIORITY);
    expect(trafficOf('flex')).toBe(TrafficType.ON_DEMAND_FLEX);
    expect(trafficOf('standard')).toBe(TrafficType.ON_DEMAND);
    const headers = ['priority', 'flex', 'standard'].map(
      (tier) => writeEcho(wire, 'chat', tier, true).headers['x-gemini-service-tier'],
    );
    expect(headers).toEqual([ServiceTier.PRIORITY, ServiceTier.FLEX, ServiceTier.STANDARD]);
  });

  it('says on its own surfaces what its library knows', () => {
    const { headers, body } = writeEcho(wireOf('gemini'), 'generateContent', 'flex', true);
    expect(headers['x-gemini-service-tier']).toBe(ServiceTier.FLEX);
    expect(body).toEqual({ usageMetadata: { serviceTier: ServiceTier.FLEX } });
    const vertex = writeEcho(wireOf('vertex'), 'generateContent', 'flex', true).body;
    expect(vertex).toEqual({ usageMetadata: { trafficType: TrafficType.ON_DEMAND_FLEX } });
    const asked = writeSelection(wireOf('vertex'), ask('generateContent', { model: 'm' }), 'priority')!;
    expect(asked.headers).toEqual({ 'X-Vertex-AI-LLM-Shared-Request-Type': 'priority' });
  });

  it('says its errors with a number and a status name', () => {
    const { body } = writeError(wire, 'generateContent', { status: 503, message: 'busy' }, 'r');
    expect(body).toEqual({ error: { code: 503, message: 'busy', status: 'UNAVAILABLE' } });
  });
});

describe('Amazon', () => {
  const wire = wireOf('bedrock');

  it.each([
    ['converse', { modelId: 'm' }, { headers: {}, body: { modelId: 'm', serviceTier: { type: 'flex' } } }],
    ['invokeModel', { modelId: 'm' }, { headers: { 'X-Amzn-Bedrock-Service-Tier': 'flex' }, body: { modelId: 'm' } }],
  ] as const)('%s says the tier where the SDK puts it, and answers likewise', (api, body, expected) => {
    const written = writeSelection(wire, ask(api, body), 'flex')!;
    expect(written).toEqual({ api, ...expected });
    expect(readSelection(wire, written)).toEqual({ ok: true, tier: 'flex', model: 'm', path: 'standard' });
    const { modelId: _, ...echoed } = expected.body as Json;
    expect(writeEcho(wire, api, 'flex', true)).toEqual({ headers: expected.headers, body: echoed });
    expect(writeEcho(wire, api, 'standard', false)).not.toEqual({ headers: {}, body: {} });
  });

  it('refuses a tier that is not in the enumeration of the SDK', () => {
    const of = (type: string) => readSelection(wire, ask('converse', { modelId: 'm', serviceTier: { type } }));
    for (const type of ['default', 'flex', 'priority', 'reserved']) expect(of(type).ok).toBe(true);
    expect(of('auto')).toMatchObject({ ok: false, cause: 'unknown_tier' });
  });

  it('tells its errors apart by a header, on its own surfaces only', () => {
    const answer = { status: 429, code: 'ThrottlingException', message: 'Too many requests' };
    expect(writeError(wire, 'converse', answer, 'r')).toEqual({
      status: 429,
      statusText: 'Too Many Requests',
      headers: { 'x-amzn-requestid': 'r', 'x-amzn-errortype': 'ThrottlingException' },
      body: { message: 'Too many requests' },
    });
    expect(writeError(wire, 'chat', answer, 'r').body).toMatchObject({ error: { code: 'ThrottlingException' } });
  });

  it('counts cached tokens outside of the input tokens', () => {
    expect(writeUsage('converse', USAGE)).toEqual({
      inputTokens: 600,
      outputTokens: 200,
      totalTokens: 1200,
      cacheReadInputTokens: 400,
      cacheWriteInputTokens: 0,
    });
  });
});

describe('selectors', () => {
  it('prefers the header where both are there', () => {
    const request = ask(
      'chat',
      { model: 'm', service_tier: 'flex' },
      { 'x-vertex-ai-llm-shared-request-type': 'priority' },
    );
    expect(readSelection(wireOf('llm-gateway'), request)).toMatchObject({ tier: 'priority' });
  });

  it('refuses a tier that does not exist, or takes it for none, as the provider does', () => {
    const body = { model: 'm', service_tier: 'ludicrous' };
    expect(readSelection(wireOf('fireworks'), ask('chat', body))).toMatchObject({ ok: false, cause: 'unknown_tier' });
    expect(readSelection(wireOf('deepinfra'), ask('chat', body))).toMatchObject({ ok: true, tier: null });
    expect(readSelection(wireOf('siati'), ask('chat', { model: 'm' }, { 'X-Siati-Tier': 'warp' }))).toMatchObject({
      ok: false,
    });
  });

  it('says nothing of a request that names none', () => {
    for (const name of NAMES) {
      expect(readSelection(wireOf(name), ask(wireOf(name).apis[0]!, { model: 'm' }))).toEqual({
        ok: true,
        tier: null,
        model: 'm',
        path: 'standard',
      });
    }
  });
});

describe('every provider', () => {
  it.each(NAMES)('%s: what is written is read again', (name) => {
    const wire = wireOf(name);
    const tiers = wire.selectors.flatMap(({ values }) => values.flatMap(({ tier }) => (tier === null ? [] : [tier])));
    for (const api of wire.apis) {
      for (const tier of new Set(tiers)) {
        const written = writeSelection(wire, ask(api, { model: 'm' }), tier);
        if (written !== null) expect(readSelection(wire, written)).toMatchObject({ ok: true, tier });
      }
    }
    for (const echo of wire.echoes) {
      for (const api of echo.apis) {
        const tier = echo.values[0]!.tier;
        const { headers, body } = writeEcho(wire, api, tier, true);
        expect(readEcho(wire, api, headers, body)).toBe(tier);
      }
    }
  });

  it.each(PROVIDERS.map((profile) => [profile.id, profile] as const))(
    '%s: names tiers that its profile has',
    (name, { tiers }) => {
      const { selectors, echoes } = wireOf(name);
      // A batch is sent another way, a commitment is not sold any more, and a later version has one tier more.
      const known = [
        ...tiers.map((tier) => tier.name),
        'batch',
        ...(name === 'anthropic' ? ['priority'] : []),
        ...(name === 'deepinfra' ? ['flex'] : []),
      ];
      const named = [...selectors, ...echoes].flatMap(({ values }) => values.map(({ tier }) => tier ?? known[0]!));
      expect(known).toEqual(expect.arrayContaining(named));
    },
  );

  it('counts tokens the same in every usage shape', () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.nat(1e6), fc.nat(1e6), fc.constantFrom(...WIRE_APIS), (cached, rest, out, api) => {
        const usage = { promptTokens: cached + rest, cachedTokens: cached, outputTokens: out };
        expect(readUsage(api, writeUsage(api, usage))).toEqual(usage);
      }),
    );
  });

  it('counts what was written to a cache as input', () => {
    const written = { input_tokens: 5, cache_creation_input_tokens: 7, cache_read_input_tokens: 3, output_tokens: 2 };
    expect(readUsage('messages', written)).toEqual({ promptTokens: 15, cachedTokens: 3, outputTokens: 2 });
    const converse = { inputTokens: 5, cacheWriteInputTokens: 7, cacheReadInputTokens: 3, outputTokens: 2 };
    expect(readUsage('converse', converse)).toEqual({ promptTokens: 15, cachedTokens: 3, outputTokens: 2 });
  });

  it('says of the counts that a library reads and we do not make that they are 0', () => {
    expect(writeUsage('responses', USAGE)).toMatchObject({
      input_tokens_details: { cache_write_tokens: 0 },
      output_tokens_details: { reasoning_tokens: 0 },
    });
  });

  it('refuses any JSON without throwing', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(...NAMES), (body, name) => {
        const wire = wireOf(name);
        expect(typeof readSelection(wire, ask(wire.apis[0]!, body)).ok).toBe('boolean');
        expect(() => readEcho(wire, wire.apis[0]!, {}, body)).not.toThrow();
      }),
    );
  });
});
