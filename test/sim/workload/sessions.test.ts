import { describe, expect, it } from 'vitest';
import { findClient } from '../../../src/models/clients.js';
import type { Sessions, TrafficClass } from '../../../src/models/scenario.js';
import { Streams } from '../../../src/sim/core/random.js';
import { CALLS_MAX, Session, type SessionCall, SessionSampler } from '../../../src/sim/workload/sessions.js';
import { TrafficSource } from '../../../src/sim/workload/source.js';
import {
  exponential,
  FLAT_STEP,
  fixed,
  pool,
  provider,
  runOf,
  SECOND_US,
  slots,
  tier,
  traced,
  traffic,
  vllm,
} from '../../helpers/scenario.js';

function sessions(overrides: Partial<Sessions> = {}): Sessions {
  return { turns: fixed(3), hops: fixed(1), thinkUs: 0, toolUs: 0, context: 'grows', ...overrides };
}

/** All calls of the first so many conversations, each answered in full. */
function calls(overrides: Partial<TrafficClass>, conversations = 1): SessionCall[] {
  const source = new TrafficSource(
    traffic(overrides),
    new Streams('1', 1),
    { startMs: 0, durationUs: 1e12, tierNames: ['standard'] },
    null,
  );
  const all: SessionCall[] = [];
  for (let number = 0; number < conversations; number++) {
    const session = new Session(0);
    source.sessions!.draw(session, 0, 0);
    while (session.hasNext) {
      const call = emptyCall();
      session.fill(call, 0, true);
      session.answered(call.promptTokens, call.outputTokens);
      all.push(call);
    }
  }
  return all;
}

function emptyCall(): SessionCall {
  return { promptTokens: 0, outputTokens: 0, sharedTokens: 0, sharedFamily: 0, feePico: 0, content: null };
}

describe('a conversation', () => {
  it('repeats all that was said before, and its last answer is quoted by nobody', () => {
    const spoken = calls({ name: 'c', input: fixed(100), output: fixed(20), sessions: sessions() });
    expect(spoken.map(({ promptTokens }) => promptTokens)).toEqual([100, 220, 340]);
    expect(spoken.map(({ content }) => content)).toEqual([
      { prompt: [['c#1', 0, 100]], output: 'c#1', outputOffset: 100 },
      { prompt: [['c#1', 0, 220]], output: 'c#1', outputOffset: 220 },
      { prompt: [['c#1', 0, 340]], output: null, outputOffset: 340 },
    ]);
  });

  it('keeps the common beginning of its first prompt', () => {
    const prefix = { kind: 'share', share: 0.4 } as const;
    const spoken = calls({ name: 'c', input: fixed(100), output: fixed(20), prefix, sessions: sessions() });
    expect(spoken.map(({ sharedTokens }) => sharedTokens)).toEqual([40, 40, 40]);
    expect(spoken[1]!.content!.prompt).toEqual([
      ['c/0', 0, 40],
      ['c#1', 40, 180],
    ]);
  });

  it('with a fresh context is so many requests, each with the common beginning of its own', () => {
    const prefix = { kind: 'share', share: 0.5 } as const;
    const spoken = calls({ input: exponential(100), prefix, sessions: sessions({ context: 'fresh' }) });
    expect(spoken.every(({ content }) => content === null)).toBe(true);
    expect(spoken.map(({ sharedTokens }) => sharedTokens)).toEqual(
      spoken.map(({ promptTokens }) => Math.floor(promptTokens / 2)),
    );
    expect(new Set(spoken.map(({ promptTokens }) => promptTokens)).size).toBe(3);
  });

  it('of one call asks for what a lone request asks for', () => {
    const single = calls({ name: 'c', sessions: sessions({ turns: fixed(1) }) });
    expect(single.map(({ content }) => content)).toEqual([null]);
  });

  it('has turns and calls by their distributions', () => {
    const conversations = 4000;
    const spoken = calls({ sessions: sessions({ turns: exponential(3), hops: exponential(2) }) }, conversations);
    expect(spoken.length / conversations).toBeGreaterThan(6 * 0.95);
    expect(spoken.length / conversations).toBeLessThan(6 * 1.05);
  });

  it('ends after so many calls that a mistake cannot fill the memory', () => {
    expect(calls({ sessions: sessions({ turns: fixed(1_000_000_000), hops: fixed(3) }) })).toHaveLength(CALLS_MAX);
  });

  it('pauses between turns and calls as long as said in the mean', () => {
    const draws = { inputTokens: () => 1, outputTokens: () => 1, feePico: () => 0, prefix: null };
    const streams = new Streams('1', 1);
    const spec = sessions({ turns: fixed(5001), hops: fixed(2), thinkUs: 3_000_000, toolUs: 200_000 });
    const sampler = new SessionSampler('c', spec, draws, (what) => streams.get(what));
    const session = new Session(0);
    sampler.draw(session, 0, 0);
    let thoughtUs = 0;
    let toolUs = 0;
    let turns = 0;
    for (let endsTurn = session.answered(1, 1); session.hasNext; endsTurn = session.answered(1, 1)) {
      if (endsTurn) {
        thoughtUs += session.pauseBeforeNextUs;
        turns++;
      } else toolUs += session.pauseBeforeNextUs;
    }
    expect(turns).toBe(4999);
    expect(thoughtUs / turns / 3_000_000).toBeCloseTo(1, 1);
    expect(toolUs / 5000 / 200_000).toBeCloseTo(1, 1);
  });
});

const once = (overrides: Partial<TrafficClass>) =>
  traffic({ arrivals: { kind: 'constant', perSecond: 1 }, client: findClient('none')!, ...overrides });

describe('conversations in a run', () => {
  it('find what was said before in the cache, all of it but the blocks that are not full', () => {
    const { records, summary } = runOf({
      durationUs: 1.9 * SECOND_US,
      pools: [pool({ engine: vllm() })],
      traffic: [once({ input: fixed(100), output: fixed(20), sessions: sessions() })],
    });
    expect(records.map(({ promptTokens }) => promptTokens)).toEqual([100, 220, 340]);
    // The last token of an answer is never computed: 119 and 239 tokens were.
    expect(records.map(({ cachedTokens }) => cachedTokens)).toEqual([0, 112, 224]);
    expect(summary.total.chainE2eMs.n).toBe(3);
  });

  it('find nothing where the context is fresh or the engine caches nothing', () => {
    for (const [engine, context] of [
      [vllm(), 'fresh'],
      [vllm({ prefixCaching: false }), 'grows'],
    ] as const) {
      const { summary } = runOf({
        durationUs: 1.9 * SECOND_US,
        pools: [pool({ engine })],
        traffic: [once({ input: fixed(100), output: fixed(20), sessions: sessions({ context }) })],
      });
      expect([summary.total.requests, summary.total.cachedTokens]).toEqual([3, 0]);
    }
  });

  it('send a call when the one before has its answer, and think between turns', () => {
    const { records } = runOf({
      durationUs: 1.9 * SECOND_US,
      pools: [pool({ engine: slots(8) })],
      traffic: [once({ output: fixed(10), sessions: sessions({ hops: fixed(2), thinkUs: 50_000 }) })],
    });
    const pauses = records.slice(1).map(({ sentUs }, index) => sentUs - records[index]!.endUs);
    expect(pauses.map((pauseUs) => pauseUs > 0)).toEqual([false, true, false, true, false]);
  });

  it('end where a turn fails for good, and not where a retry succeeds', () => {
    const engine = slots(8, { maxModelLen: 200 });
    const tooLong = runOf({
      durationUs: 1.9 * SECOND_US,
      pools: [pool({ engine })],
      traffic: [once({ input: fixed(90), output: fixed(10), sessions: sessions({ turns: fixed(5) }) })],
    });
    expect(tooLong.records.map(({ outcome }) => outcome)).toEqual(['completed', 'completed', 'refused']);
    expect(tooLong.summary.total.chainE2eMs.n).toBe(2);
    const none = findClient('none')!;
    const backoff = {
      growth: 'exponential',
      baseUs: 300_000,
      factor: 1,
      extraUs: 0,
      maxUs: 300_000,
      jitter: 0,
    } as const;
    const client = { ...none, retries: 9, retryOn: [503], backoff };
    const admission = { kind: 'queue-depth', shedAbove: 1 } as const;
    const { records } = runOf({
      provider: provider({ tiers: [tier('standard', { admission })] }),
      durationUs: 9 * SECOND_US,
      pools: [pool({ engine: slots(1) })],
      traffic: [
        once({
          arrivals: { kind: 'constant', perSecond: 0.5 },
          output: fixed(1200),
          client,
          sessions: sessions({ turns: fixed(2) }),
        }),
      ],
    });
    // The second conversation meets a busy server, tries again and goes on.
    const secondFrom = records.findIndex(({ outcome }) => outcome === 'shed');
    expect(records.slice(secondFrom, secondFrom + 4).map(({ outcome }) => outcome)).toEqual([
      'shed',
      'shed',
      'completed',
      'completed',
    ]);
  });

  it('keep a user of a closed loop busy to their end', () => {
    const { records } = runOf({
      durationUs: 20 * SECOND_US,
      pools: [pool({ engine: slots(8) })],
      traffic: [
        traffic({
          arrivals: { kind: 'users', count: 1, thinkUs: 100_000 },
          output: fixed(100),
          sessions: sessions({ turns: fixed(4), thinkUs: 10_000 }),
        }),
      ],
    });
    const overlaps = records.slice(1).filter(({ sentUs }, index) => sentUs < records[index]!.endUs);
    expect([overlaps.length, records.length > 60]).toEqual([0, true]);
  });

  it('ask for the same whatever becomes of them: policies move no draw', () => {
    const asked = (seats: number, stepMs: number): number[] => {
      const { records } = runOf({
        durationUs: 60 * SECOND_US,
        drain: true,
        pools: [pool({ engine: slots(seats), stepTime: { ...FLAT_STEP, basePs: stepMs * 1e9 } })],
        traffic: [
          traffic({
            arrivals: {
              kind: 'profile',
              points: [
                [0, 2],
                [20 * SECOND_US, 2],
                [21 * SECOND_US, 0],
              ],
            },
            input: exponential(200),
            output: exponential(30),
            sessions: sessions({ turns: exponential(3), hops: fixed(2), context: 'fresh' }),
          }),
        ],
      });
      return records.map(({ promptTokens }) => promptTokens).sort((a, b) => a - b);
    };
    const calm = asked(500, 1);
    expect(calm.length).toBeGreaterThan(100);
    expect(asked(2, 3)).toEqual(calm);
  });

  it('see no new turn in a drain', () => {
    const { records } = runOf({
      durationUs: 1_005_000,
      drain: true,
      pools: [pool({ engine: slots(8) })],
      traffic: [once({ output: fixed(100), sessions: sessions() })],
    });
    expect(records.map(({ outcome }) => outcome)).toEqual(['completed']);
  });
});

describe('chains of an agent', () => {
  /** Mean E2E of a chain of so many calls, one at a time, where a step takes so long. */
  function chainMs(hops: number, stepMs: number): number {
    const { summary } = runOf({
      durationUs: 200 * SECOND_US,
      pools: [pool({ engine: slots(1), stepTime: { ...FLAT_STEP, basePs: stepMs * 1e9 } })],
      traffic: [
        traffic({
          arrivals: { kind: 'users', count: 1, thinkUs: 100_000 },
          output: fixed(50),
          sessions: sessions({ turns: fixed(1), hops: fixed(hops) }),
        }),
      ],
    });
    return summary.total.chainE2eMs.mean!;
  }

  it('save on a node twice as fast in proportion to their calls', () => {
    for (const hops of [1, 4, 16]) {
      expect(chainMs(hops, 2)).toBeCloseTo(hops * 100, 6);
      expect(chainMs(hops, 2) - chainMs(hops, 1)).toBeCloseTo(hops * 50, 6);
    }
  });

  it('count from the first sending: backoff is part of them', () => {
    const { records, summary } = runOf({
      durationUs: 30 * SECOND_US,
      pools: [pool({ engine: slots(1) })],
      traffic: [
        traffic({
          arrivals: { kind: 'constant', perSecond: 0.2 },
          output: fixed(1000),
          client: { ...findClient('none')!, timeoutUs: 400_000, retries: 1, retryOn: [0] },
          sessions: sessions({ turns: fixed(1) }),
        }),
      ],
    });
    expect(records.length).toBeGreaterThan(4);
    expect(records.every(({ outcome }) => outcome === 'abandoned')).toBe(true);
    expect(summary.total.chainE2eMs.n).toBe(0);
  });
});

describe('embeddings', () => {
  const noOutput = { kind: 'fixed', tokens: 0, min: 0, max: null } as const;

  it('end with their prefill: no output, first token and last at once, input billed only', () => {
    const { records, summary } = runOf({
      durationUs: 10 * SECOND_US,
      pools: [pool({ engine: vllm({ maxNumBatchedTokens: 256 }) })],
      traffic: [once({ api: 'embeddings', input: fixed(1000), output: noOutput })],
    });
    const { total, pools } = summary;
    expect(
      records.every(
        ({ outputTokens, firstTokenUs, lastTokenUs }) => outputTokens === 0 && firstTokenUs === lastTokenUs,
      ),
    ).toBe(true);
    // Four chunks of a millisecond.
    expect([total.ttftMs.mean, total.e2eMs.mean, total.tpotMs.n, total.itlMs.n]).toEqual([4, 4, 0, 0]);
    expect([total.outputTokens, pools['main']!.outputTokens]).toEqual([0, 0]);
    expect(records.map(({ billedPico }) => billedPico)).toEqual(records.map(() => 1000 * 1e6));
  });

  it('meet an slo that bounds their tokens, having none', () => {
    const slo = { ttftUs: 10_000, tpotUs: 1, e2eUs: 10_000 };
    const { summary } = runOf({
      durationUs: 10 * SECOND_US,
      pools: [pool({ engine: vllm() })],
      traffic: [once({ api: 'embeddings', input: fixed(100), output: noOutput, slo })],
    });
    expect(summary.total.attainment).toBe(1);
  });

  it('take the prompts of a trace and leave its answers', () => {
    const { records } = runOf({ durationUs: 9 * SECOND_US, pools: [pool({ engine: vllm() })] }, [
      traced([[0, 40, 7]], { api: 'embeddings', output: noOutput }),
    ]);
    expect(records.map(({ promptTokens, outputTokens }) => [promptTokens, outputTokens])).toEqual([[40, 0]]);
  });
});
