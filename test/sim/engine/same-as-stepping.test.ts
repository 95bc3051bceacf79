import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EngineConfig } from '../../../src/models/engine.js';
import { type StepCoefficients, StepTime } from '../../../src/models/step-time.js';
import type { MakeEngine, ReplicaListener } from '../../../src/sim/engine/node-engine.js';
import { Replica } from '../../../src/sim/engine/replica.js';
import { type Content, Sequence, type SequenceOptions } from '../../../src/sim/engine/sequence.js';
import { FLAT_STEP } from '../../helpers/scenario.js';
import { Replica as SteppingReplica } from '../../reference/engine/replica.js';
import { engine } from './fixtures.js';

/** What happens to one engine: arrivals, departures and looks from outside, in order of time. */
type Input =
  | { readonly kind: 'enqueue'; readonly atUs: number; readonly options: SequenceOptions }
  | { readonly kind: 'abort'; readonly atUs: number; readonly id: number }
  | { readonly kind: 'look' | 'settle'; readonly atUs: number };

interface Case {
  readonly config: EngineConfig;
  readonly coefficients: StepCoefficients;
  readonly inputs: readonly Input[];
}

/** All that can be seen of a run: what happened when, every gap between tokens, and what a look showed. */
interface Seen {
  readonly log: string[];
  readonly gaps: Map<string, number>;
  steps: number;
  /** When the engine was woken last. */
  nowUs: number;
}

interface Engine {
  enqueue(options: SequenceOptions, nowUs: number): void;
  abort(id: number, nowUs: number): void;
  look(nowUs: number): string;
  settle(nowUs: number): void;
  onStep(nowUs: number): void;
}

/** A failure prints the seed and the path that repeat it. */
const RUNS = process.env['TIERSIM_FULL'] ? 100_000 : 1_000;
const MOST_STEPS = 3_000;

function run(testCase: Case, make: MakeEngine): Seen {
  const seen: Seen = { log: [], gaps: new Map(), steps: 0, nowUs: 0 };
  let wakeUs = Number.POSITIVE_INFINITY;
  const engine = start(make, testCase, seen, (atUs) => {
    wakeUs = atUs;
  });
  const endUs = (testCase.inputs.at(-1)?.atUs ?? 0) + 1_000_000;
  let next = 0;
  while (seen.steps < MOST_STEPS) {
    const input = testCase.inputs[next];
    if (input !== undefined && input.atUs <= wakeUs) {
      next++;
      if (input.kind === 'enqueue') engine.enqueue(input.options, input.atUs);
      else if (input.kind === 'abort') engine.abort(input.id, input.atUs);
      else if (input.kind === 'settle') engine.settle(input.atUs);
      else seen.log.push(`${input.atUs} look ${engine.look(input.atUs)}`);
    } else {
      if (wakeUs > endUs) break;
      const nowUs = wakeUs;
      wakeUs = Number.POSITIVE_INFINITY;
      seen.nowUs = nowUs;
      engine.onStep(nowUs);
    }
  }
  // A leap that the end finds under way is only then cut and counted.
  for (const input of testCase.inputs.slice(0, next)) {
    if (input.kind === 'enqueue') engine.abort(input.options.id, endUs + 1);
  }
  return seen;
}

function addGap(seen: Seen, group: number, gapPs: number, count: number): void {
  if (count === 0) return;
  const key = `${group} ${gapPs}`;
  seen.gaps.set(key, (seen.gaps.get(key) ?? 0) + count);
}

const leaping: MakeEngine = (...parts) => new Replica(...parts);
const stepping: MakeEngine = (...parts) => new SteppingReplica(...parts);

function start(make: MakeEngine, testCase: Case, seen: Seen, wake: (atUs: number) => void): Engine {
  const { config, coefficients } = testCase;
  const sequences = new Map<number, Sequence>();
  const stepTime = new StepTime(coefficients, config.maxNumBatchedTokens);
  const listener: ReplicaListener = {
    wakeAt: (timeUs) => wake(timeUs),
    firstScheduled: (one) => seen.log.push(`${seen.nowUs} scheduled ${one.id} cached ${one.cachedTokens}`),
    preempted: (one) => seen.log.push(`preempted ${one.id} at ${one.generated}`),
    firstToken: (one) => seen.log.push(`${seen.nowUs} first ${one.id}`),
    laterTokens: ({ counts, from, firstPs, slopePs, steps }) => {
      for (const [group, count] of counts.slice(from).entries()) {
        for (let step = 0; step < steps; step++) addGap(seen, group, firstPs + slopePs * step, count);
      }
    },
    finished: (one) => seen.log.push(`${seen.nowUs} finished ${one.id} ${one.generated}`),
    stepsDone: (steps) => {
      seen.steps += steps;
    },
    seatsFreed: () => {},
  };
  const replica = make(config, stepTime, listener, 0);
  return {
    enqueue: (options, nowUs) => {
      const sequence = new Sequence(options);
      sequences.set(options.id, sequence);
      replica.submit(sequence, nowUs);
    },
    abort: (id, nowUs) => {
      const sequence = sequences.get(id)!;
      const done = replica.cancel(sequence, nowUs);
      seen.log.push(`${nowUs} abort ${id} ${done} ${sequence.generated} ${done ? sequence.lastTokenUs : 'ended'}`);
    },
    look: (nowUs) => {
      const made = [...sequences.values()].map((one) => replica.generatedBy(one, nowUs));
      return `${replica.runningCount} ${replica.waitingCount} ${replica.usedBlocks(nowUs)} ${replica.isBusy} [${made}]`;
    },
    settle: (nowUs) => {
      replica.settle(nowUs);
      const gaps = [...seen.gaps.values()].reduce((sum, count) => sum + count, 0);
      seen.log.push(`${nowUs} settled ${seen.steps} ${gaps}`);
    },
    onStep: (nowUs) => replica.onStep(nowUs),
  };
}

const whole = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });

const coefficients: fc.Arbitrary<StepCoefficients> = fc.record({
  basePs: fc.constantFrom(0, 333_333_333, 5_000_000_000, 20_123_456_789).chain((base) => fc.constant(base + 700_001)),
  prefillTokenPs: fc.constantFrom(0, 25_000_003),
  sequencePs: fc.constantFrom(0, 12_000_007),
  kvTokenPs: fc.constantFrom(0, 999, 40_001, 3_000_017),
  spreadTokenPs: fc.constantFrom(0, 0, 7_000_003),
  halfChunkPs: fc.constantFrom(0, 17),
  mixedDecodeFactor: fc.constantFrom(1, 1.85),
  table: fc.constantFrom(null, [
    [0, 0],
    [4, 1_000_003],
    [64, 90_000_017],
  ] as const),
  host: fc.record({
    basePs: fc.constantFrom(0, 340_000_000, 5_100_000_003),
    sequencePs: fc.constantFrom(0, 30_000_001),
    combine: fc.constantFrom('max', 'sum'),
  }),
});

const config: fc.Arbitrary<EngineConfig> = fc
  .record({
    policy: fc.constantFrom('fcfs', 'priority'),
    maxNumSeqs: whole(1, 12),
    maxNumBatchedTokens: fc.constantFrom(4, 16, 40, 64, 256),
    maxNumScheduledTokens: fc.constantFrom(null, null, 24),
    longPrefillThreshold: fc.constantFrom(0, 0, 7, 20),
    blockSize: fc.constantFrom(1, 4, 8, 16),
    kvTokens: fc.constantFrom(64, 128, 200, 400, 4000),
    prefixCaching: fc.boolean(),
    reserveFullSequence: fc.boolean(),
    watermark: fc.constantFrom(0, 0, 0.1),
    reuseUncachedFirst: fc.boolean(),
    async: fc.boolean(),
  })
  .map(({ kvTokens, ...rest }) => ({
    name: 'vllm' as const,
    version: 'drawn',
    maxModelLen: 4096,
    chunkedPrefill: true,
    ...rest,
    maxNumBatchedTokens: Math.max(rest.maxNumBatchedTokens, rest.maxNumSeqs),
    kvBlocks: 1 + Math.ceil(kvTokens / rest.blockSize),
  }))
  .map((drawn) => ({ ...drawn, maxModelLen: Math.min(4096, (drawn.kvBlocks - 1) * drawn.blockSize) }));

/** What a request has in common with others; its place among them decides what that comes to. */
interface Talk {
  readonly role: 'alone' | 'familiar' | 'opens' | 'goes on';
  readonly text: string;
  readonly pick: number;
}

const talk: fc.Arbitrary<Talk> = fc.record({
  role: fc.constantFrom('alone', 'alone', 'alone', 'familiar', 'familiar', 'opens', 'goes on', 'goes on'),
  text: fc.constantFrom('a', 'b'),
  pick: fc.nat(),
});

/** The prompts of all that spoke before, by id, for whoever goes on from one of their answers. */
type Spoken = Map<number, Content['prompt']>;

/** Nothing shared, a common beginning, or a conversation that quotes an answer, which may still be growing. */
function contentOf(id: number, promptTokens: number, longest: number, { role, text, pick }: Talk, spoken: Spoken) {
  if (role === 'alone') return { promptTokens, content: null };
  if (role === 'familiar') {
    const prompt: Content['prompt'] = [[text, 0, 1 + (pick % promptTokens)]];
    return { promptTokens, content: { prompt, output: null } };
  }
  const [quotedId, quoted] = [...spoken][pick % Math.max(1, spoken.size)] ?? [];
  const said = quoted?.reduce((sum, [, , length]) => sum + length, 0) ?? 0;
  const goesOn = role === 'goes on' && quoted !== undefined && said < longest;
  const total = goesOn ? Math.min(longest, said + promptTokens) : promptTokens;
  const prompt: Content['prompt'] = goesOn ? [...quoted, [`out:${quotedId}`, 0, total - said]] : [[text, 0, total]];
  spoken.set(id, prompt);
  return { promptTokens: total, content: { prompt, output: `out:${id}` } };
}

function inputs(engine: EngineConfig): fc.Arbitrary<readonly Input[]> {
  const longest = Math.min(engine.maxModelLen - 1, 300);
  const request = fc.record({
    gapUs: fc.constantFrom(0, 0, 1, 700, 5_000, 40_000, 300_000),
    promptTokens: fc.oneof(whole(1, Math.min(30, longest)), whole(1, longest)),
    outputTokens: fc.oneof(whole(1, 5), whole(1, 60), whole(1, 400)),
    priority: whole(0, 2),
    group: whole(0, 1),
    abortAfterUs: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: whole(0, 2_000_000) }),
    lookAfterUs: fc.oneof(fc.constant(null), whole(0, 1_000_000)),
    settleAfterUs: fc.oneof(fc.constant(null), whole(0, 1_000_000)),
    talk,
  });
  return fc.array(request, { minLength: 1, maxLength: 25 }).map((requests) => {
    let atUs = 0;
    const all: Input[] = [];
    const spoken: Spoken = new Map();
    for (const [id, { gapUs, abortAfterUs, lookAfterUs, settleAfterUs, talk: said, ...rest }] of requests.entries()) {
      atUs += gapUs;
      const text = contentOf(id, rest.promptTokens, longest, said, spoken);
      const options = { id, arrival: id % 3 === 0 ? 0 : id, ...rest, ...text };
      all.push({ kind: 'enqueue', atUs, options });
      if (abortAfterUs !== null) all.push({ kind: 'abort', atUs: atUs + abortAfterUs, id });
      if (lookAfterUs !== null) all.push({ kind: 'look', atUs: atUs + lookAfterUs });
      if (settleAfterUs !== null) all.push({ kind: 'settle', atUs: atUs + settleAfterUs });
    }
    return all
      .map((input, place) => ({ input, place }))
      .sort((a, b) => a.input.atUs - b.input.atUs || a.place - b.place)
      .map(({ input }) => input);
  });
}

const cases: fc.Arbitrary<Case> = config.chain((engine) =>
  fc.record({ config: fc.constant(engine), coefficients, inputs: inputs(engine) }),
);

/** Many that merely decode and ask for one block after another until there are none, of which some come back to what is left of them. */
const shortages: fc.Arbitrary<Case> = config.chain((drawn) => {
  const blocks = whole(12, 60);
  const request = fc.record({
    promptTokens: whole(1, 24),
    outputTokens: whole(20, 90),
    priority: whole(0, 2),
    // Some begin alike, and what only one of them still holds is free when that one gives way.
    text: fc.constantFrom(null, null, 'a', 'b'),
  });
  return fc.record({
    config: fc
      .record({ blocks, maxNumSeqs: whole(4, 24), watermark: fc.constantFrom(0, 0.1) })
      .map(({ blocks: usable, ...rest }) => ({
        ...drawn,
        ...rest,
        ...{ async: false, maxNumBatchedTokens: 256, maxNumScheduledTokens: null, longPrefillThreshold: 0 },
        ...{ kvBlocks: 1 + usable, maxModelLen: usable * drawn.blockSize, blockSize: drawn.blockSize },
      })),
    coefficients: fc.constant(FLAT_STEP),
    inputs: fc.array(request, { minLength: 4, maxLength: 24 }).map((requests) =>
      requests.map(({ text, ...rest }, id) => {
        const promptTokens = Math.min(rest.promptTokens, 11 * drawn.blockSize - 1);
        const content = text === null ? null : { prompt: [[text, 0, promptTokens] as const], output: null };
        const options = { id, arrival: id, ...rest, promptTokens, content };
        return { kind: 'enqueue' as const, atUs: id * 900, options };
      }),
    ),
  });
});

function expectTheSame(testCase: Case): void {
  const expected = run(testCase, stepping);
  const actual = run(testCase, leaping);
  if (expected.steps >= MOST_STEPS || actual.steps >= MOST_STEPS) return;
  expect(actual.log).toEqual(expected.log);
  expect(actual.steps).toBe(expected.steps);
  expect([...actual.gaps].sort()).toEqual([...expected.gaps].sort());
}

describe('leaping is stepping', () => {
  it('in everything that can be seen, whatever the engine, the hardware and the load', () => {
    fc.assert(fc.property(cases, expectTheSame), { numRuns: RUNS });
  }, 36_000_000);

  it('where blocks run out and those who give way come back to what is left of theirs', () => {
    fc.assert(fc.property(shortages, expectTheSame), { numRuns: RUNS });
  }, 36_000_000);

  it.each([false, true])(
    'where a prompt quotes an answer up to the block that this very step fills, async %s',
    (async) => {
      const says = (id: number, prompt: Content['prompt'], outputTokens: number): SequenceOptions => {
        const promptTokens = prompt.reduce((sum, [, , length]) => sum + length, 0);
        return { id, promptTokens, outputTokens, content: { prompt, output: `out:${id}` } };
      };
      const opening = says(0, [['a', 0, 4]], 40);
      for (let quoted = 1; quoted < 40; quoted++) {
        const quoting = says(
          1,
          [
            ['a', 0, 4],
            ['out:0', 0, quoted],
          ],
          1,
        );
        for (const atUs of [8_500, 20_500]) {
          const testCase: Case = {
            config: engine({ async, blockSize: 1, prefixCaching: true }),
            coefficients: FLAT_STEP,
            inputs: [
              { kind: 'enqueue', atUs: 0, options: opening },
              { kind: 'enqueue', atUs, options: quoting },
            ],
          };
          expect(run(testCase, leaping).log).toEqual(run(testCase, stepping).log);
        }
      }
    },
  );

  it('where two sequences fill the same block in one step, the one admitted first being a prompt', () => {
    const answer: Content = { prompt: [['a', 0, 23]], output: 'out:0' };
    const quoting = (quoted: number): Content => ({
      prompt: [
        ['a', 0, 23],
        ['out:0', 0, quoted],
      ],
      output: null,
    });
    const testCase: Case = {
      config: engine({
        policy: 'priority',
        maxNumScheduledTokens: 24,
        longPrefillThreshold: 7,
        blockSize: 4,
        prefixCaching: true,
        kvBlocks: 33,
        reserveFullSequence: false,
        watermark: 0.1,
      }),
      coefficients: FLAT_STEP,
      inputs: [
        {
          kind: 'enqueue',
          atUs: 0,
          options: { id: 0, promptTokens: 23, outputTokens: 10, priority: 1, content: answer },
        },
        {
          kind: 'enqueue',
          atUs: 0,
          options: { id: 1, arrival: 1, promptTokens: 84, outputTokens: 6, content: quoting(61) },
        },
        {
          kind: 'enqueue',
          atUs: 0,
          options: { id: 2, arrival: 2, promptTokens: 98, outputTokens: 4, priority: 1, content: quoting(75) },
        },
        { kind: 'look', atUs: 12_500 },
      ],
    };
    expect(run(testCase, leaping).log).toEqual(run(testCase, stepping).log);
  });

  it('where one who gives way was the last to use what it shared, so that nobody else need give way', () => {
    const prompts = [7, 8, 9, 1, 4, 8, 1, 1];
    const inputs = prompts.map((promptTokens, id) => {
      const content: Content | null = id === 5 ? { prompt: [['a', 0, 8]], output: null } : null;
      return {
        kind: 'enqueue',
        atUs: id * 900,
        options: { id, arrival: id, promptTokens, outputTokens: 20, content },
      } as const;
    });
    const short = { policy: 'priority', maxNumSeqs: 6, maxModelLen: 96, blockSize: 8, kvBlocks: 13 } as const;
    const config = engine({ ...short, prefixCaching: true, reserveFullSequence: false, reuseUncachedFirst: false });
    expectTheSame({ config, coefficients: FLAT_STEP, inputs });
  });

  it('where one who waits fits as soon as more of an answer can be quoted', () => {
    const answer: Content = { prompt: [['a', 0, 4]], output: 'out:0' };
    const quoting: Content = {
      prompt: [
        ['a', 0, 4],
        ['out:0', 0, 40],
      ],
      output: null,
    };
    const testCase: Case = {
      config: engine({ blockSize: 4, kvBlocks: 16, prefixCaching: true }),
      coefficients: FLAT_STEP,
      inputs: [
        { kind: 'enqueue', atUs: 0, options: { id: 0, promptTokens: 4, outputTokens: 40, content: answer } },
        { kind: 'enqueue', atUs: 8_500, options: { id: 1, promptTokens: 60, outputTokens: 1, content: quoting } },
      ],
    };
    const { log } = run(testCase, stepping);
    // It lacks one block until the answer has filled its fourth.
    expect(log).toContain('12000 scheduled 1 cached 16');
    expect(run(testCase, leaping).log).toEqual(log);
  });
});
