import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { EngineConfig } from '../../../src/models/engine.js';
import { StepTime } from '../../../src/models/step-time.js';
import type { ReplicaListener, TokenRun } from '../../../src/sim/engine/node-engine.js';
import { Sequence } from '../../../src/sim/engine/sequence.js';
import { type AnyReplica, ENGINES, type Engine, engine, sequence, stepTime } from './fixtures.js';

interface Input {
  readonly atUs: number;
  readonly enqueue?: Sequence;
  readonly abort?: Sequence;
}

/** A world of one replica: arrivals and aborts at given times, before the step of the same microsecond. */
class OneReplica implements ReplicaListener {
  readonly log: string[] = [];
  readonly replica: AnyReplica;
  wakeUs = Number.POSITIVE_INFINITY;
  wakes = 0;
  gapsPs = 0;
  laterCount = 0;
  steps = 0;
  /** When the engine was woken last, and when from rest. */
  nowUs = 0;
  awakeSinceUs = 0;
  private readonly finishedUs = new Map<Sequence, number>();

  constructor(make: Engine['replica'], config: Partial<EngineConfig>, duration: StepTime) {
    this.replica = make(engine(config), duration, this, 7);
  }

  run(inputs: readonly Input[], untilUs = 1e12): void {
    for (const { atUs, enqueue, abort } of inputs.toSorted((a, b) => a.atUs - b.atUs)) {
      this.stepUntil(atUs - 1);
      if (abort !== undefined) this.replica.cancel(abort, atUs);
      if (enqueue !== undefined) this.replica.submit(enqueue, atUs);
    }
    this.stepUntil(untilUs);
  }

  stepUntil(untilUs: number): void {
    while (this.wakeUs <= untilUs) {
      const nowUs = this.wakeUs;
      this.wakeUs = Number.POSITIVE_INFINITY;
      if (!this.replica.isBusy) this.awakeSinceUs = nowUs;
      this.nowUs = nowUs;
      this.replica.onStep(nowUs);
    }
  }

  wakeAt(timeUs: number, replica: unknown): void {
    expect(replica).toBe(this.replica);
    this.wakeUs = timeUs;
    this.wakes++;
  }
  firstScheduled(one: Sequence): void {
    this.log.push(`scheduled ${one.name} ${this.nowUs}`);
  }
  preempted(one: Sequence): void {
    this.log.push(`preempted ${one.name}`);
  }
  firstToken(one: Sequence): void {
    this.log.push(`first ${one.name} ${this.nowUs}`);
  }
  laterTokens({ counts, from, firstPs, slopePs, steps }: TokenRun): void {
    const count = counts.slice(from).reduce((sum, one) => sum + one, 0);
    this.laterCount += count * steps;
    for (let later = 0; later < steps; later++) this.gapsPs += count * (firstPs + slopePs * later);
  }
  finished(one: Sequence): void {
    this.log.push(`finished ${one.name} ${this.nowUs}`);
    this.finishedUs.set(one, this.nowUs);
  }
  /** Of a sequence that has made some and runs no more. */
  lastTokenUs(one: Sequence): number {
    return this.finishedUs.get(one) ?? one.lastTokenUs;
  }
  stepsDone(steps: number): void {
    this.steps += steps;
  }
  seatsFreed(): void {}
}

const MILLISECOND = stepTime({ basePs: 1e9 });

describe.each(ENGINES)('$name engine: the clock of a replica', ({ replica: make }) => {
  it('ends steps at the floor of the exact sum', () => {
    const world = new OneReplica(make, {}, stepTime({ basePs: 1_333_334 }));
    world.run(
      [1, 2, 3, 4, 5, 6, 7].map((outputTokens) => ({
        atUs: 100,
        enqueue: sequence({ promptTokens: 1, outputTokens }),
      })),
    );
    const finishes = world.log.filter((line) => line.startsWith('finished'));
    expect(finishes.map((line) => Number(line.split(' ').at(-1)))).toEqual([101, 102, 104, 105, 106, 108, 109]);
  });

  it('is exact over steps of a minute, too many for one sum', () => {
    const stepPs = 60_000_000_001_001;
    const world = new OneReplica(make, {}, stepTime({ basePs: stepPs }));
    world.run([{ atUs: 0, enqueue: sequence({ name: 'a', outputTokens: 999 }) }]);
    expect(world.log).toContain(`finished a ${(999n * BigInt(stepPs)) / 1_000_000n}`);
  });

  it('shows a token from the microsecond after the end of its step', () => {
    const world = new OneReplica(make, {}, stepTime({ basePs: 1_333_334 }));
    const one = sequence({ outputTokens: 7 });
    world.replica.submit(one, 100);
    const seen: number[] = [];
    for (let nowUs = 100; nowUs <= 110; nowUs++) {
      world.stepUntil(nowUs - 1);
      seen.push(world.replica.generatedBy(one, nowUs));
    }
    expect(seen).toEqual([0, 0, 1, 2, 2, 3, 4, 5, 5, 6, 7]);
  });

  it('shows the blocks taken by the steps that have begun', () => {
    const world = new OneReplica(make, { blockSize: 4 }, MILLISECOND);
    world.replica.submit(sequence({ promptTokens: 3, outputTokens: 20 }), 0);
    const used: number[] = [];
    for (let nowUs = 500; nowUs < 11_000; nowUs += 1000) {
      world.stepUntil(nowUs);
      used.push(world.replica.usedBlocks(nowUs));
    }
    expect(used).toEqual([1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4]);
  });

  it('drops the remainder when the engine goes idle', () => {
    const world = new OneReplica(make, {}, stepTime({ basePs: 1_900_000 }));
    world.run([
      { atUs: 0, enqueue: sequence({ name: 'a', outputTokens: 1 }) },
      { atUs: 50, enqueue: sequence({ name: 'b', outputTokens: 1 }) },
    ]);
    expect(world.log).toContain('finished a 1');
    expect(world.log).toContain('finished b 51');
  });

  it('asks for the duration of what the step holds', () => {
    const duration = stepTime({ basePs: 1e6, spreadTokenPs: 1 });
    const asked: unknown[] = [];
    vi.spyOn(duration, 'measure').mockImplementation((step) => {
      asked.push([
        step.prefillTokens,
        step.prefillTokens > 0 ? step.twiceChunkWork : 0,
        step.decodes,
        step.kvTokens,
        step.prefillChunks,
        step.longestContext,
      ]);
      StepTime.prototype.measure.call(duration, step);
    });
    const world = new OneReplica(make, {}, duration);
    world.run([{ atUs: 0, enqueue: sequence({ promptTokens: 70, outputTokens: 2 }) }]);
    expect(asked).toEqual([
      [64, 64 * 64, 0, 0, 1, 0],
      [6, 6 * (2 * 64 + 6), 0, 0, 1, 0],
      [0, 0, 1, 71, 0, 71],
    ]);
  });
});

describe.each(ENGINES)('$name engine: arrivals', ({ replica: make }) => {
  it('of one microsecond share the first step of an idle engine', () => {
    const world = new OneReplica(make, {}, MILLISECOND);
    world.run(['a', 'b'].map((name) => ({ atUs: 5, enqueue: sequence({ name, outputTokens: 1 }) })));
    expect(world.log).toEqual([
      'scheduled a 5',
      'scheduled b 5',
      'first a 1005',
      'first b 1005',
      'finished a 1005',
      'finished b 1005',
    ]);
  });

  it('during a step wait for the next one, and for one more when scheduling is asynchronous', () => {
    const firstTokenOfLatecomer = (async: boolean): string => {
      const world = new OneReplica(make, { async }, MILLISECOND);
      world.run([
        { atUs: 0, enqueue: sequence({ name: 'early', outputTokens: 20 }) },
        { atUs: 5500, enqueue: sequence({ name: 'late', outputTokens: 2 }) },
      ]);
      return world.log.find((line) => line.startsWith('first late'))!;
    };
    expect(firstTokenOfLatecomer(false)).toBe('first late 7000');
    expect(firstTokenOfLatecomer(true)).toBe('first late 8000');
  });

  it('at a step boundary are in the step that starts there', () => {
    const world = new OneReplica(make, {}, MILLISECOND);
    world.run([
      { atUs: 0, enqueue: sequence({ name: 'early', outputTokens: 9 }) },
      { atUs: 4000, enqueue: sequence({ name: 'late', outputTokens: 1 }) },
    ]);
    expect(world.log).toContain('scheduled late 4000');
    expect(world.log).toContain('first late 5000');
  });
});

describe.each(ENGINES)('$name engine: departures', ({ replica: make }) => {
  it('let in at the next boundary whoever now fits', () => {
    const world = new OneReplica(make, { maxNumSeqs: 2 }, MILLISECOND);
    const leaver = sequence({ name: 'leaver', outputTokens: 50 });
    world.run([
      { atUs: 0, enqueue: sequence({ name: 'stayer', outputTokens: 50 }) },
      { atUs: 0, enqueue: leaver },
      { atUs: 1500, enqueue: sequence({ name: 'next', outputTokens: 1 }) },
      { atUs: 20_500, abort: leaver },
    ]);
    expect(world.log).toContain('scheduled next 21000');
    expect(leaver.generated).toBe(20);
    expect(leaver.lastTokenUs).toBe(20_000);
  });

  it('do not shorten the step under way', () => {
    const world = new OneReplica(make, {}, stepTime({ basePs: 1e9, sequencePs: 1e9 }));
    const leaver = sequence({ outputTokens: 50 });
    world.run([
      { atUs: 0, enqueue: sequence({ name: 'stayer', outputTokens: 5 }) },
      { atUs: 0, enqueue: leaver },
      { atUs: 5000, abort: leaver },
    ]);
    // A prefill of 1 ms, two steps of 3 ms with both, then 2 ms each alone.
    expect(world.log).toContain('finished stayer 11000');
  });
});

describe.each(ENGINES)('$name engine: tokens', ({ replica: make }) => {
  it('come at step boundaries, an asynchronous engine alone being as fast as a synchronous one', () => {
    for (const async of [false, true]) {
      const world = new OneReplica(make, { async }, MILLISECOND);
      world.run([{ atUs: 0, enqueue: sequence({ name: 'a', outputTokens: 4 }) }]);
      expect(world.log).toEqual(['scheduled a 0', 'first a 1000', 'finished a 4000']);
      expect([world.laterCount, world.gapsPs]).toEqual([3, 3e9]);
    }
  });

  it('that follow a preemption carry the whole gap', () => {
    const world = new OneReplica(make, { blockSize: 4, kvBlocks: 6 }, MILLISECOND);
    const [a, b] = [
      sequence({ name: 'a', promptTokens: 8, outputTokens: 9 }),
      sequence({ name: 'b', promptTokens: 8, outputTokens: 4 }),
    ];
    world.run([
      { atUs: 0, enqueue: a },
      { atUs: 0, enqueue: b },
    ]);
    expect(world.laterCount).toBe(8 + 3);
    expect(world.gapsPs).toBe((world.lastTokenUs(a) - 1000 + (world.lastTokenUs(b) - 1000)) * 1e6);
    expect(world.log.filter((line) => line.startsWith('preempted'))).toEqual(['preempted b']);
  });
});

describe.each(ENGINES)('$name engine: a sequence that can never fit', ({ replica: make }) => {
  const options = { kvBlocks: 5, blockSize: 16 };

  it('is known beforehand', () => {
    const { replica } = new OneReplica(make, options, MILLISECOND);
    expect(replica.canEverFit(60, 5)).toBe(true);
    expect(replica.canEverFit(60, 6)).toBe(false);
    expect(replica.canEverFit(1024, 1)).toBe(false);
  });

  it('stops the engine without spinning, until it leaves', () => {
    const world = new OneReplica(make, options, MILLISECOND);
    const [huge, small] = [sequence({ name: 'huge', promptTokens: 100 }), sequence({ name: 'small', outputTokens: 1 })];
    world.run(
      [
        { atUs: 0, enqueue: huge },
        { atUs: 10, enqueue: small },
      ],
      1e9,
    );
    expect([world.replica.isStalled, world.replica.waitingCount, world.wakes]).toEqual([true, 2, 2]);
    world.run([{ atUs: 2e9, abort: huge }]);
    expect(world.log).toContain('finished small 2000001000');
    expect(world.replica.isStalled).toBe(false);
  });
});

describe.each(ENGINES)('$name engine: whatever is drawn', ({ replica: make }) => {
  const drawn = fc.record({
    async: fc.boolean(),
    prefixCaching: fc.boolean(),
    stepPs: fc.integer({ min: 1, max: 5_000_000 }),
    requests: fc.array(
      fc.record({
        atUs: fc.nat(60),
        promptTokens: fc.integer({ min: 1, max: 30 }),
        outputTokens: fc.integer({ min: 1, max: 12 }),
        abortAtUs: fc.option(fc.nat(80), { freq: 4 }),
      }),
      { minLength: 1, maxLength: 10 },
    ),
  });

  it('steps are as long as they should be, gaps add up, and the engine ends empty', () => {
    fc.assert(
      fc.property(drawn, ({ async, prefixCaching, stepPs, requests }) => {
        const config = { async, prefixCaching, blockSize: 4, kvBlocks: 13 };
        const world = new OneReplica(make, config, stepTime({ basePs: stepPs }));
        const expectStepEnd = (nowUs: number): void => {
          const passedUs = nowUs - world.awakeSinceUs;
          const steps = Math.ceil((passedUs * 1e6) / stepPs);
          expect(Math.floor((steps * stepPs) / 1e6)).toBe(passedUs);
        };
        const firstUs = new Map<Sequence, number>();
        world.firstToken = (one) => {
          firstUs.set(one, world.nowUs);
          expectStepEnd(world.nowUs);
        };
        world.finished = (one) => {
          expectStepEnd(world.nowUs);
          OneReplica.prototype.finished.call(world, one);
        };
        const sequences = requests.map((request, id) => new Sequence({ id, ...request }));
        const arrivals = requests.map(({ atUs }, id) => ({ atUs, enqueue: sequences[id] }));
        const aborts = requests.flatMap(({ atUs, abortAtUs }, id) =>
          abortAtUs === null ? [] : [{ atUs: atUs + abortAtUs, abort: sequences[id] }],
        );
        world.run([...arrivals, ...aborts]);

        const { replica } = world;
        expect([replica.runningCount, replica.waitingCount, replica.usedBlocks(1e9), replica.isBusy]).toEqual([
          0,
          0,
          0,
          false,
        ]);
        expect('made' in replica ? replica.made : replica.steps).toBe(world.steps);
        const made = sequences.filter((one) => one.generated > 0);
        const total = made.reduce((sum, one) => sum + world.lastTokenUs(one) - firstUs.get(one)!, 0);
        expect(Math.abs(world.gapsPs - total * 1e6)).toBeLessThanOrEqual(1e6 * world.laterCount);
        expect(world.laterCount).toBe(made.reduce((sum, one) => sum + one.generated - 1, 0));
      }),
      { numRuns: 300 },
    );
  });
});

describe('a leaping replica', () => {
  const leaping = ENGINES[0].replica;

  it('is woken twice for any number of steps that repeat: at the first token and at the last', () => {
    const world = new OneReplica(leaping, {}, MILLISECOND);
    world.run([{ atUs: 0, enqueue: sequence({ outputTokens: 900 }) }]);
    // The arrival, the end of the prefill, the end of the leap.
    expect([world.wakes, world.steps, world.laterCount]).toEqual([3, 900, 899]);
  });

  it('leaps over the chunks of one prompt, whoever arrives meanwhile', () => {
    const world = new OneReplica(leaping, { maxNumBatchedTokens: 64 }, MILLISECOND);
    const prompt = sequence({ promptTokens: 1000, outputTokens: 1 });
    const late = sequence({ name: 'late', promptTokens: 40, outputTokens: 1 });
    world.run([
      { atUs: 0, enqueue: prompt },
      { atUs: 2500, enqueue: late },
    ]);
    // The arrival, fifteen chunks, the last one, beside which the second prompt finds room for a part, and its rest.
    expect([world.wakes, world.steps]).toEqual([4, 17]);
    expect(world.log).toContain('scheduled late 15000');
  });

  it('goes on leaping when what arrives cannot be let in', () => {
    const world = new OneReplica(leaping, { maxNumSeqs: 1 }, MILLISECOND);
    world.run([
      { atUs: 0, enqueue: sequence({ outputTokens: 900 }) },
      { atUs: 5500, enqueue: sequence({ outputTokens: 1 }) },
    ]);
    expect([world.wakes, world.steps]).toEqual([4, 901]);
  });

  it('goes on leaping when what arrives stands behind somebody who cannot be let in', () => {
    const wakes = (latecomers: readonly Input[]): number => {
      const world = new OneReplica(leaping, { kvBlocks: 65 }, MILLISECOND);
      const early = { atUs: 0, enqueue: sequence({ outputTokens: 900 }) };
      // It would fit alone, but not beside the other: the leap is cut once, to see.
      const large = { atUs: 5500, enqueue: sequence({ promptTokens: 1020, outputTokens: 2 }) };
      world.run([early, large, ...latecomers], 100_000);
      expect([world.replica.runningCount, world.replica.waitingCount]).toEqual([1, 1 + latecomers.length]);
      return world.wakes;
    };
    expect(wakes([{ atUs: 7500, enqueue: sequence({ outputTokens: 1 }) }])).toBe(wakes([]));
  });

  it('goes on leaping when what arrives finds the budget of every step used', () => {
    const world = new OneReplica(leaping, { maxNumScheduledTokens: 1 }, MILLISECOND);
    world.run([
      { atUs: 0, enqueue: sequence({ promptTokens: 1, outputTokens: 900 }) },
      { atUs: 5500, enqueue: sequence({ promptTokens: 1, outputTokens: 1 }) },
    ]);
    expect([world.wakes, world.steps]).toEqual([4, 901]);
  });

  it('reports, when asked, the steps that have ended', () => {
    const world = new OneReplica(leaping, {}, MILLISECOND);
    world.run([{ atUs: 0, enqueue: sequence({ outputTokens: 900 }) }], 1000);
    world.replica.settle(500_000);
    // The step that ends at this very microsecond is still to be completed.
    expect([world.steps, world.laterCount]).toEqual([499, 498]);
    world.stepUntil(1e9);
    expect([world.steps, world.laterCount]).toEqual([900, 899]);
  });
});
