import { describe, expect, it } from 'vitest';
import { findClient } from '../../../src/models/clients.js';
import type { ClientPolicy } from '../../../src/models/scenario.js';
import { stream } from '../../../src/sim/core/random.js';
import { GIVE_UP, retryWaitUs } from '../../../src/sim/workload/retry.js';

const SECOND = 1_000_000;
const FIRST: Failed = { retriesMade: 0, status: 503, shouldRetry: null, retryAfterUs: -1, elapsedUs: 0 };

type Failed = Parameters<typeof retryWaitUs>[1];

function wait(client: string | ClientPolicy, failed: Partial<Failed>): number {
  const policy = typeof client === 'string' ? findClient(client)! : client;
  return retryWaitUs(policy, { ...FIRST, ...failed }, stream('1', 0, 'retries'));
}

/** Smallest and largest of many draws. */
function range(client: string, failed: Partial<Failed>): [number, number] {
  const source = stream('1', 0, 'retries');
  const waits = Array.from({ length: 4000 }, () => retryWaitUs(findClient(client)!, { ...FIRST, ...failed }, source));
  return [Math.min(...waits), Math.max(...waits)];
}

function expectRange([low, high]: [number, number], from: number, to: number): void {
  const slack = 0.005 * (to - from);
  expect(low).toBeGreaterThanOrEqual(from);
  expect(low).toBeLessThan(from + slack);
  expect(high).toBeLessThanOrEqual(to);
  expect(high).toBeGreaterThan(to - slack);
}

describe('the common rule of the SDKs', () => {
  it('waits 0.375 to 0.5 s, then 0.75 to 1 s, then gives up', () => {
    expectRange(range('openai-node', { retriesMade: 0 }), 0.375 * SECOND, 0.5 * SECOND);
    expectRange(range('openai-node', { retriesMade: 1 }), 0.75 * SECOND, SECOND);
    expect(wait('openai-node', { retriesMade: 2 })).toBe(GIVE_UP);
  });

  it('never waits longer than 8 s by itself', () => {
    const patient = { ...findClient('openai-node')!, retries: 100 };
    expect(wait(patient, { retriesMade: 60 })).toBeLessThanOrEqual(8 * SECOND);
    expect(wait(patient, { retriesMade: 60 })).toBeGreaterThanOrEqual(6 * SECOND);
  });

  it.each([408, 409, 429, 500, 502, 503, 529, 0])('tries again after status %i', (status) => {
    for (const client of ['openai-node', 'openai-python', 'anthropic'])
      expect(wait(client, { status })).toBeGreaterThan(0);
  });

  it.each([400, 401, 403, 404, 498])('gives up after status %i', (status) => {
    for (const client of ['openai-node', 'openai-python', 'anthropic']) expect(wait(client, { status })).toBe(GIVE_UP);
  });
});

describe('x-should-retry', () => {
  const heeding = ['openai-node', 'openai-python', 'anthropic', 'anthropic-python', 'groq', 'cerebras', 'together'];

  it.each(heeding)('decides for %s before the status does, while tries are left', (client) => {
    expect(wait(client, { shouldRetry: false })).toBe(GIVE_UP);
    expect(wait(client, { shouldRetry: true, status: 400 })).toBeGreaterThan(0);
    expect(wait(client, { shouldRetry: true, retriesMade: 2 })).toBe(GIVE_UP);
  });

  it.each(['openrouter', 'vercel'])('means nothing to %s', (client) => {
    expect(wait(client, { shouldRetry: false })).toBeGreaterThanOrEqual(0);
    expect(wait(client, { shouldRetry: true, status: 400 })).toBe(GIVE_UP);
  });

  it('does not make openai-python wait longer than two minutes', () => {
    expect(wait('openai-python', { shouldRetry: true, retryAfterUs: 121 * SECOND })).toBe(GIVE_UP);
  });
});

describe('the other SDKs', () => {
  it('anthropic-python obeys hints up to 60 s, groq and together any, cerebras those below 60 s', () => {
    const waitAfter = (client: string, seconds: number) => wait(client, { retryAfterUs: seconds * SECOND });
    expect([waitAfter('anthropic-python', 60), waitAfter('groq', 3600), waitAfter('together', 3600)]).toEqual(
      [60, 3600, 3600].map((seconds) => seconds * SECOND),
    );
    expect(waitAfter('anthropic-python', 61)).toBeLessThanOrEqual(0.5 * SECOND);
    expect(waitAfter('cerebras', 59)).toBe(59 * SECOND);
    expect(waitAfter('cerebras', 60)).toBeLessThanOrEqual(0.5 * SECOND);
  });

  it('together waits twice as long, up to ten seconds, and takes a 500 for final', () => {
    expectRange(range('together', {}), 0.75 * SECOND, SECOND);
    expectRange(range('together', { retriesMade: 1 }), 1.5 * SECOND, 2 * SECOND);
    expect(wait({ ...findClient('together')!, retries: 9 }, { retriesMade: 8 })).toBeGreaterThan(7 * SECOND);
    expect(wait('together', { status: 500 })).toBe(GIVE_UP);
    expect(wait('together', { status: 501 })).toBeGreaterThan(0);
  });

  it("groq's 498 ends the retries", () => expect(wait('groq', { status: 498 })).toBe(GIVE_UP));

  it.each(['mistral', 'google-genai'])('%s tries once unless told otherwise, and then with its own waits', (client) => {
    expect(wait(client, {})).toBe(GIVE_UP);
    const told = { ...findClient(client)!, retries: 4 };
    const first = client === 'mistral' ? [0, SECOND] : [0.75 * SECOND, SECOND];
    expect(wait(told, {})).toBeGreaterThanOrEqual(first[0]!);
    expect(wait(told, {})).toBeLessThanOrEqual(first[1]!);
    expect(wait(told, { status: 501 })).toBe(GIVE_UP);
  });
});

describe('a Retry-After', () => {
  it('is obeyed by openai-node up to 60 s and replaced by its own wait beyond', () => {
    expect(wait('openai-node', { retryAfterUs: 60 * SECOND })).toBe(60 * SECOND);
    expect(wait('openai-node', { retryAfterUs: 61 * SECOND })).toBeLessThanOrEqual(0.5 * SECOND);
  });

  it('is obeyed by openai-python up to 120 s and ends its retries beyond', () => {
    expect(wait('openai-python', { retryAfterUs: 120 * SECOND })).toBe(120 * SECOND);
    expect(wait('openai-python', { retryAfterUs: 121 * SECOND })).toBe(GIVE_UP);
  });

  it('is obeyed by anthropic however long', () => {
    expect(wait('anthropic', { retryAfterUs: 86_400 * SECOND })).toBe(86_400 * SECOND);
  });

  it('is obeyed by vercel below 60 s only', () => {
    expect(wait('vercel', { retryAfterUs: 59 * SECOND })).toBe(59 * SECOND);
    expect(wait('vercel', { retryAfterUs: 60 * SECOND })).toBe(2 * SECOND);
  });

  it('is cut to 60 s by openrouter', () => {
    expect(wait('openrouter', { retryAfterUs: 30 * SECOND })).toBe(30 * SECOND);
    expect(wait('openrouter', { retryAfterUs: 300 * SECOND })).toBe(60 * SECOND);
  });

  it('of 0 counts as none', () => {
    expect(wait('openai-python', { retryAfterUs: 0 })).toBeGreaterThanOrEqual(0.375 * SECOND);
  });

  it('does not bring back a client that does not retry this status', () => {
    expect(wait('openrouter', { status: 429, retryAfterUs: SECOND })).toBe(GIVE_UP);
  });

  it('is ignored by a client with a maximum of 0, whatever it does beyond its maximum', () => {
    for (const retryAfterBeyond of ['compute', 'give-up', 'cap'] as const) {
      const deaf = { ...findClient('vercel')!, retryAfterMaxUs: 0, retryAfterBeyond };
      expect(wait(deaf, { retryAfterUs: 10 * SECOND })).toBe(2 * SECOND);
    }
  });
});

describe('vercel', () => {
  it('waits 2 s and 4 s to the microsecond, then gives up', () => {
    expect([0, 1, 2].map((retriesMade) => wait('vercel', { retriesMade }))).toEqual([2 * SECOND, 4 * SECOND, GIVE_UP]);
  });
});

describe('openrouter', () => {
  it('waits 500 n^1.5 ms and up to a second more', () => {
    expectRange(range('openrouter', { retriesMade: 0 }), 0, SECOND);
    expectRange(range('openrouter', { retriesMade: 1 }), 0.5 * SECOND, 1.5 * SECOND);
    expectRange(range('openrouter', { retriesMade: 4 }), 4 * SECOND, 5 * SECOND);
  });

  it('waits at most 60 s', () => {
    expect(range('openrouter', { retriesMade: 100 })).toEqual([60 * SECOND, 60 * SECOND]);
  });

  it('retries server errors only, not 429', () => {
    expect(wait('openrouter', { status: 429 })).toBe(GIVE_UP);
    expect(wait('openrouter', { status: 500 })).toBeGreaterThanOrEqual(0);
  });

  it('has no limit by count but begins no retry after an hour', () => {
    expect(wait('openrouter', { retriesMade: 5000, elapsedUs: 3600 * SECOND })).toBe(60 * SECOND);
    expect(wait('openrouter', { retriesMade: 1, elapsedUs: 3600 * SECOND + 1 })).toBe(GIVE_UP);
  });
});

describe('clients without retries', () => {
  it.each(['none', 'patient'])('%s gives up at once', (client) => {
    expect(wait(client, { status: 503, retryAfterUs: SECOND })).toBe(GIVE_UP);
  });
});

describe('a policy of its own', () => {
  const policy: ClientPolicy = {
    ...findClient('none')!,
    retries: 3,
    backoff: { growth: 'exponential', baseUs: SECOND, factor: 3, extraUs: 0, maxUs: 10 * SECOND, jitter: 0 },
    retryOn: [429, 503],
  };

  it('grows by its factor up to its cap', () => {
    expect([0, 1, 2].map((retriesMade) => wait(policy, { retriesMade }))).toEqual([SECOND, 3 * SECOND, 9 * SECOND]);
    expect(wait({ ...policy, retries: 9 }, { retriesMade: 3 })).toBe(10 * SECOND);
  });

  it('goes on however long it takes, unless it says for how long', () => {
    expect(wait(policy, { elapsedUs: 86_400 * SECOND })).toBe(SECOND);
    expect(wait({ ...policy, retryForUs: SECOND }, { elapsedUs: SECOND })).toBe(SECOND);
    expect(wait({ ...policy, retryForUs: SECOND }, { elapsedUs: SECOND + 1 })).toBe(GIVE_UP);
  });

  it('draws only where it leaves something to chance', () => {
    const draws = (backoff: Partial<ClientPolicy['backoff']>): number => {
      const [used, untouched] = [stream('1', 0, 'retries'), stream('1', 0, 'retries')];
      retryWaitUs({ ...policy, backoff: { ...policy.backoff, ...backoff } }, FIRST, used);
      const next = used.uniform();
      for (let draws = 0; draws < 5; draws++) if (untouched.uniform() === next) return draws;
      return Number.NaN;
    };
    expect([draws({}), draws({ jitter: 0.5 }), draws({ extraUs: 1 }), draws({ jitter: 0.5, extraUs: 1 })]).toEqual([
      0, 1, 1, 2,
    ]);
  });

  it('retries the statuses it lists and no others', () => {
    expect(wait(policy, { status: 429 })).toBe(SECOND);
    expect(wait(policy, { status: 500 })).toBe(GIVE_UP);
    expect(wait(policy, { status: 0 })).toBe(GIVE_UP);
  });
});
