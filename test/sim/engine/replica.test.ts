import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EngineConfig } from '../../../src/models/engine.js';
import { Replica, type ReplicaListener, type StepDuration } from '../../../src/sim/engine/replica.js';
import { Sequence } from '../../../src/sim/engine/sequence.js';
import { engine, sequence } from './fixtures.js';

/** A world of one replica: arrivals and aborts at given times, before the step of the same microsecond. */
class OneReplica implements ReplicaListener {
  readonly log: string[] = [];
  readonly replica: Replica;
  wakeUs = Number.POSITIVE_INFINITY;
  wakes = 0;
  gapsPs = 0;
  laterCount = 0;
  readonly steps: { startUs: number; endUs: number; durationPs: number }[] = [];

  constructor(config: Partial<EngineConfig>, duration: StepDuration) {
    this.replica = new Replica(engine(config), duration, this, 7);
  }

  run(inputs: readonly { atUs: number; enqueue?: Sequence; abort?: Sequence }[], untilUs = 1e12): void {
    for (const { atUs, enqueue, abort } of inputs.toSorted((a, b) => a.atUs - b.atUs)) {
      this.stepUntil(atUs - 1);
      if (abort !== undefined) this.replica.abort(abort, atUs);
      if (enqueue !== undefined) this.replica.enqueue(enqueue, atUs);
    }
    this.stepUntil(untilUs);
  }

  private stepUntil(untilUs: number): void {
    while (this.wakeUs <= untilUs) {
      const nowUs = this.wakeUs;
      this.wakeUs = Number.POSITIVE_INFINITY;
      this.replica.onStep(nowUs);
    }
  }

  wakeAt(timeUs: number): void {
    expect(this.wakeUs).toBe(Number.POSITIVE_INFINITY);
    this.wakeUs = timeUs;
    this.wakes++;
  }
  firstScheduled(one: Sequence, nowUs: number): void {
    this.log.push(`scheduled ${one.name} ${nowUs}`);
  }
  preempted(one: Sequence, nowUs: number): void {
    this.log.push(`preempted ${one.name} ${nowUs}`);
  }
  firstToken(one: Sequence, nowUs: number): void {
    this.log.push(`first ${one.name} ${nowUs}`);
  }
  laterTokens(_group: number, count: number, gapPs: number): void {
    this.laterCount += count;
    this.gapsPs += count * gapPs;
  }
  finished(one: Sequence, nowUs: number): void {
    this.log.push(`finished ${one.name} ${nowUs}`);
  }
  stepDone(_plan: unknown, startUs: number, durationPs: number, nowUs: number): void {
    this.steps.push({ startUs, endUs: nowUs, durationPs });
  }
}

function constantPs(stepPs: number): StepDuration {
  return { stepPs: () => stepPs };
}

describe('the clock of a replica', () => {
  it('ends steps at the floor of the exact sum', () => {
    const world = new OneReplica({}, constantPs(1_333_334));
    world.run([{ atUs: 100, enqueue: sequence({ outputTokens: 7 }) }]);
    expect(world.steps.map((step) => step.endUs)).toEqual([101, 102, 104, 105, 106, 108, 109]);
    expect(world.steps.map((step) => step.startUs)).toEqual([100, 101, 102, 104, 105, 106, 108]);
  });

  it('drops the remainder when the engine goes idle', () => {
    const world = new OneReplica({}, constantPs(1_900_000));
    world.run([
      { atUs: 0, enqueue: sequence({ name: 'a', outputTokens: 1 }) },
      { atUs: 50, enqueue: sequence({ name: 'b', outputTokens: 1 }) },
    ]);
    expect(world.steps.map((step) => step.endUs)).toEqual([1, 51]);
  });

  it('asks for the duration of what the step holds', () => {
    const asked: number[][] = [];
    const world = new OneReplica({}, { stepPs: (...work) => asked.push(work) * 1e6 });
    world.run([{ atUs: 0, enqueue: sequence({ promptTokens: 70, outputTokens: 2 }) }]);
    expect(asked).toEqual([
      [64, 64 * 64, 0, 0, 1],
      [6, 6 * (2 * 64 + 6), 0, 0, 1],
      [0, 0, 1, 71, 0],
    ]);
  });
});

describe('arrivals', () => {
  it('of one microsecond share the first step of an idle engine', () => {
    const world = new OneReplica({}, constantPs(1e9));
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
      const world = new OneReplica({ async }, constantPs(1e9));
      world.run([
        { atUs: 0, enqueue: sequence({ name: 'early', outputTokens: 20 }) },
        { atUs: 1500, enqueue: sequence({ name: 'late', outputTokens: 2 }) },
      ]);
      return world.log.find((line) => line.startsWith('first late'))!;
    };
    expect(firstTokenOfLatecomer(false)).toBe('first late 3000');
    expect(firstTokenOfLatecomer(true)).toBe('first late 4000');
  });

  it('at a step boundary are in the step that starts there', () => {
    const world = new OneReplica({}, constantPs(1e9));
    world.run([
      { atUs: 0, enqueue: sequence({ name: 'early', outputTokens: 9 }) },
      { atUs: 2000, enqueue: sequence({ name: 'late', outputTokens: 1 }) },
    ]);
    expect(world.log).toContain('scheduled late 2000');
    expect(world.log).toContain('first late 3000');
  });
});

describe('tokens', () => {
  it('come at step boundaries, an asynchronous engine alone being as fast as a synchronous one', () => {
    for (const async of [false, true]) {
      const world = new OneReplica({ async }, constantPs(1e9));
      world.run([{ atUs: 0, enqueue: sequence({ name: 'a', outputTokens: 4 }) }]);
      expect(world.log).toEqual(['scheduled a 0', 'first a 1000', 'finished a 4000']);
      expect([world.laterCount, world.gapsPs]).toEqual([3, 3e9]);
    }
  });

  it('that follow a preemption carry the whole gap', () => {
    const world = new OneReplica({ blockSize: 4, kvBlocks: 6 }, constantPs(1e9));
    const [a, b] = [
      sequence({ name: 'a', promptTokens: 8, outputTokens: 9 }),
      sequence({ name: 'b', promptTokens: 8, outputTokens: 4 }),
    ];
    world.run([
      { atUs: 0, enqueue: a },
      { atUs: 0, enqueue: b },
    ]);
    expect(world.log).toContain('preempted b 1000');
    expect(world.laterCount).toBe(8 + 3);
    expect(world.gapsPs).toBe((a.lastTokenUs - 1000 + (b.lastTokenUs - 1000)) * 1e6);
    expect(world.replica.preemptions).toBe(1);
  });
});

describe('a sequence that can never fit', () => {
  const options = { kvBlocks: 5, blockSize: 16 };

  it('is known beforehand', () => {
    const { replica } = new OneReplica(options, constantPs(1e9));
    expect(replica.canEverFit(60, 5)).toBe(true);
    expect(replica.canEverFit(60, 6)).toBe(false);
    expect(replica.canEverFit(1024, 1)).toBe(false);
  });

  it('stops the engine without spinning, until it leaves', () => {
    const world = new OneReplica(options, constantPs(1e9));
    const [huge, small] = [sequence({ name: 'huge', promptTokens: 100 }), sequence({ name: 'small', outputTokens: 1 })];
    world.run(
      [
        { atUs: 0, enqueue: huge },
        { atUs: 10, enqueue: small },
      ],
      1e9,
    );
    expect([world.replica.isStalled, world.replica.waiting, world.wakes]).toEqual([true, 2, 2]);
    world.run([{ atUs: 2e9, abort: huge }]);
    expect(world.log).toContain('finished small 2000001000');
    expect(world.replica.isStalled).toBe(false);
  });
});

describe('whatever is drawn', () => {
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
        const world = new OneReplica({ async, prefixCaching, blockSize: 4, kvBlocks: 13 }, constantPs(stepPs));
        const firstUs = new Map<Sequence, number>();
        world.firstToken = (one, nowUs) => void firstUs.set(one, nowUs);
        const sequences = requests.map((request, id) => new Sequence({ id, ...request }));
        const arrivals = requests.map(({ atUs }, id) => ({ atUs, enqueue: sequences[id] }));
        const aborts = requests.flatMap(({ atUs, abortAtUs }, id) =>
          abortAtUs === null ? [] : [{ atUs: atUs + abortAtUs, abort: sequences[id] }],
        );
        world.run([...arrivals, ...aborts]);

        const { replica, steps } = world;
        expect([replica.running, replica.waiting, replica.usedBlocks, replica.isBusy]).toEqual([0, 0, 0, false]);
        expect(replica.steps).toBe(steps.length);
        for (const { startUs, endUs, durationPs } of steps) {
          expect(Math.abs((endUs - startUs) * 1e6 - durationPs)).toBeLessThan(1e6);
        }
        const made = sequences.filter((one) => one.generated > 0);
        const total = made.reduce((sum, one) => sum + one.lastTokenUs - firstUs.get(one)!, 0);
        expect(Math.abs(world.gapsPs - total * 1e6)).toBeLessThanOrEqual(1e6 * world.laterCount);
        expect(world.laterCount).toBe(made.reduce((sum, one) => sum + one.generated - 1, 0));
      }),
      { numRuns: 300 },
    );
  });
});
