import { describe, expect, it } from 'vitest';
import type { ClientPolicy } from '../../src/models/scenario.js';
import { provider, runOf, SECOND_US, tier, traced, traffic } from '../helpers/scenario.js';

const BACKOFF = {
  growth: 'exponential',
  baseUs: SECOND_US,
  factor: 1,
  extraUs: 0,
  maxUs: SECOND_US,
  jitter: 0,
} as const;

function client(overrides: Partial<ClientPolicy>): ClientPolicy {
  return { ...traffic().client, retries: 3, backoff: BACKOFF, retryOn: [503], ...overrides };
}

/** Three tiers; only the last, the dearest, lets anything in. */
const LADDER = provider({
  tiers: [
    tier('flex', { admission: { kind: 'queue-depth', shedAbove: 0 } }),
    tier('standard', { admission: { kind: 'queue-depth', shedAbove: 0 } }),
    tier('priority', { rank: 1 }),
  ],
});

function tries(escalate: readonly string[], first = 'flex') {
  const tiers = [{ tier: first, value: 1 }];
  return runOf({ durationUs: 20 * SECOND_US, provider: LADDER }, [
    traced([[0, 1, 5]], { tiers, client: client({ escalate }) }),
  ]);
}

describe('escalation', () => {
  it('asks for one tier after the other, beginning at the own', () => {
    const asked = (...args: Parameters<typeof tries>) => tries(...args).records.map(({ tierAsked }) => tierAsked);
    expect(asked(['flex', 'standard', 'priority'])).toEqual(['flex', 'standard', 'priority']);
    expect(asked(['flex', 'flex', 'priority'])).toEqual(['flex', 'flex', 'priority']);
    expect(asked(['flex', 'standard', 'priority'], 'standard')).toEqual(['standard', 'priority']);
    expect(asked(['flex', 'standard'])).toEqual(['flex', 'standard', 'standard', 'standard']);
    expect(asked(['standard', 'priority'])).toEqual(['flex', 'flex', 'flex', 'flex']);
  });

  it('groups attempts by the tier they asked for and the request by its first', () => {
    const { summary } = tries(['flex', 'standard', 'priority']);
    const { flex, standard, priority } = summary.tiers;
    expect([flex, standard, priority].map((of) => [of?.requests, of?.attempts, of?.retries])).toEqual([
      [1, 1, 0],
      [0, 1, 1],
      [0, 1, 1],
    ]);
    expect([flex?.successRate, flex?.requestTtftMs.n, priority?.requestTtftMs.n, priority?.ttftMs.n]).toEqual([
      1, 1, 0, 1,
    ]);
    expect(summary.total).toMatchObject({ requests: 1, attempts: 3, retries: 2, amplification: 3 });
  });
});

describe('a retry budget', () => {
  const shedding = provider({ tiers: [tier('standard', { admission: { kind: 'queue-depth', shedAbove: 0 } })] });
  const rows = Array.from({ length: 40 }, (_, i) => [i * 0.1, 1, 5] as const);

  it('keeps the retries of the class below its share of the requests', () => {
    const run = (budget: number | null) =>
      runOf({ durationUs: 30 * SECOND_US, provider: shedding }, [traced(rows, { client: client({ budget }) })]).summary
        .total;
    expect(run(null)).toMatchObject({ requests: 40, retries: 120, amplification: 4 });
    expect(run(0.1)).toMatchObject({ requests: 40, retries: 4, amplification: 1.1 });
    expect(run(0)).toMatchObject({ requests: 40, retries: 0, amplification: 1 });
  });
});
