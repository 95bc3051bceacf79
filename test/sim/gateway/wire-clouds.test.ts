import { Readable } from 'node:stream';
import {
  BedrockRuntimeClient,
  ConverseCommand,
  type ConverseResponse,
  InvokeModelCommand,
  ServiceTierType,
  ThrottlingException,
} from '@aws-sdk/client-bedrock-runtime';
import Groq from 'groq-sdk';
import { describe, expect, it } from 'vitest';
import { findWire } from '../../../src/models/wires.js';
import { writeEcho } from '../../../src/sim/gateway/wire-echo.js';
import { writeError } from '../../../src/sim/gateway/wire-error.js';
import type { Json } from '../../../src/sim/gateway/wire-place.js';
import { readSelection } from '../../../src/sim/gateway/wire-selection.js';
import { writeUsage } from '../../../src/sim/gateway/wire-usage.js';

const USAGE = { promptTokens: 1000, cachedTokens: 400, outputTokens: 200 };

interface Sent {
  readonly headers: Record<string, string>;
  readonly body: Json;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

describe("Amazon's library against our answers", () => {
  const wire = findWire('bedrock')!;

  /** A service that gives the same answer again and again. */
  function bedrock(answer: Answer) {
    const sent: Sent[] = [];
    // It says on older versions of Node that later ones of its own will not run there.
    process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
    const client = new BedrockRuntimeClient({
      region: 'eu-central-1',
      credentials: { accessKeyId: 'k', secretAccessKey: 's' },
      maxAttempts: 3,
      requestHandler: {
        handle: async (request: { headers: Record<string, string>; body: string | Uint8Array }) => {
          const text = typeof request.body === 'string' ? request.body : new TextDecoder().decode(request.body);
          sent.push({ headers: request.headers, body: JSON.parse(text) as Json });
          const body = Readable.from([Buffer.from(JSON.stringify(answer.body))]);
          return { response: { statusCode: answer.status, headers: answer.headers, body } };
        },
      } as never,
    });
    return { client, sent };
  }

  it('Converse: sends the tier where we read it, and reads the echo and the usage where we write them', async () => {
    const echo = writeEcho(wire, 'converse', 'flex', true);
    const { client, sent } = bedrock({
      status: 200,
      headers: { 'content-type': 'application/json', ...echo.headers },
      body: {
        output: { message: { role: 'assistant', content: [{ text: 'hi' }] } },
        stopReason: 'end_turn',
        usage: writeUsage('converse', USAGE),
        metrics: { latencyMs: 1 },
        ...echo.body,
      } satisfies Record<keyof Pick<ConverseResponse, 'output' | 'stopReason' | 'usage' | 'metrics'>, unknown>,
    });
    const messages = [{ role: 'user' as const, content: [{ text: 'hi' }] }];
    const answer = await client.send(new ConverseCommand({ modelId: 'm', messages, serviceTier: { type: 'flex' } }));
    const { headers, body } = sent[0]!;
    // The library puts the model into the path.
    const read = readSelection(wire, { api: 'converse', headers, body: { ...body, modelId: 'm' } });
    expect(read).toMatchObject({ ok: true, tier: 'flex' });
    expect(answer.serviceTier).toEqual({ type: 'flex' });
    expect(answer.usage).toMatchObject({ inputTokens: 600, outputTokens: 200, cacheReadInputTokens: 400 });
  });

  it('InvokeModel: by a header both ways', async () => {
    const echo = writeEcho(wire, 'invokeModel', 'priority', true);
    const { client, sent } = bedrock({
      status: 200,
      headers: { 'content-type': 'application/json', ...lowerCased(echo.headers) },
      body: { content: 'hi' },
    });
    const answer = await client.send(new InvokeModelCommand({ modelId: 'm', body: '{}', serviceTier: 'priority' }));
    const { headers, body } = sent[0]!;
    const read = readSelection(wire, { api: 'invokeModel', headers, body: { ...body, modelId: 'm' } });
    expect(read).toMatchObject({ ok: true, tier: 'priority' });
    expect(answer.serviceTier).toBe('priority');
  });

  it('takes a throttled request for what it is and tries twice again', async () => {
    const { status, headers, body } = writeError(
      wire,
      'converse',
      { status: 429, code: 'ThrottlingException', message: 'Too many requests' },
      'r1',
    );
    const { client, sent } = bedrock({ status, headers, body });
    const command = new ConverseCommand({ modelId: 'm', messages: [{ role: 'user', content: [{ text: 'hi' }] }] });
    const failure = await client.send(command).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ThrottlingException);
    expect(failure).toMatchObject({
      message: 'Too many requests',
      $metadata: { httpStatusCode: 429, requestId: 'r1' },
    });
    expect(sent).toHaveLength(3);
  });

  it('knows each tier of its enumeration, and no other', () => {
    const of = (type: string) => readSelection(wire, { api: 'converse', headers: {}, body: { serviceTier: { type } } });
    for (const type of Object.values(ServiceTierType)) expect(of(type).ok, type).toBe(true);
    expect(of('auto').ok).toBe(false);
  });
});

describe("Groq's library against our answers", () => {
  const wire = findWire('groq')!;
  const QUESTION = { model: 'm', messages: [{ role: 'user' as const, content: 'hi' }] };

  function groq(answer: Answer) {
    const sent: Json[] = [];
    const fetch = async (_url: unknown, init?: { body?: unknown }): Promise<Response> => {
      sent.push(JSON.parse(String(init?.body)) as Json);
      return new Response(JSON.stringify(answer.body), { status: answer.status, headers: answer.headers });
    };
    return { client: new Groq({ apiKey: 'k', fetch: fetch as never }), sent };
  }

  it('sends the tier where we read it and reads what served', async () => {
    const echo = writeEcho(wire, 'chat', 'flex', true);
    const body = { id: 'c', choices: [], usage: writeUsage('chat', USAGE), ...echo.body };
    const { client, sent } = groq({ status: 200, headers: { 'content-type': 'application/json' }, body });
    const answer = await client.chat.completions.create({ ...QUESTION, service_tier: 'flex' });
    expect(readSelection(wire, { api: 'chat', headers: {}, body: sent[0]! })).toMatchObject({ ok: true, tier: 'flex' });
    expect(answer.service_tier).toBe('flex');
    expect(answer.usage).toMatchObject({ prompt_tokens: 1000, completion_tokens: 200 });
  });

  it('does not try again after 498, of which it means that flex has no room', async () => {
    const refusal = { status: 498, code: 'capacity_exceeded', message: 'no room' };
    const { client, sent } = groq({ ...writeError(wire, 'chat', refusal, 'r1') });
    await expect(client.chat.completions.create(QUESTION)).rejects.toMatchObject({ status: 498 });
    expect(sent).toHaveLength(1);
  });
});

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
