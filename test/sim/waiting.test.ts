import { describe, expect, it } from 'vitest';
import type { Eviction, TierProfile } from '../../src/models/provider.js';
import { evictedBy } from '../../src/models/providers/build.js';
import type { Scenario } from '../../src/models/scenario.js';
import {
  pool,
  provider,
  runOf,
  SECOND_US,
  slots,
  type TracedClass,
  type TraceRow,
  tier,
  traced,
  vllm,
} from '../helpers/scenario.js';

/** Every step lasts a millisecond, so a request of n tokens holds its seat for n milliseconds. */
const MS = 1000;
const late = {
  gateway: { router: 'least-loaded', queueing: 'gateway', spareSlotFilter: false, replicas: 1, stalenessUs: 0 },
} as const;

/** A trace begins with its first row; one that fits nowhere and is refused at once makes that t = 0. */
const TOO_LONG = 1_000_000;

function of(name: string, rows: readonly TraceRow[]) {
  return traced([[0, TOO_LONG, 1], ...rows], { name, tiers: [{ tier: name, value: 1 }] });
}

function run(overrides: Partial<Scenario>, classes: readonly TracedClass[]) {
  const { summary, records } = runOf(overrides, classes);
  return { summary, records: records.filter(({ promptTokens }) => promptTokens < TOO_LONG) };
}

function tiers(...list: readonly TierProfile[]): Pick<Scenario, 'provider'> {
  return { provider: provider({ tiers: list }) };
}

const urgent = tier('urgent', { rank: 2 });
const calm = tier('calm', { rank: 1 });

describe('a signal that is read now and then', () => {
  it('lets in who waits for it at its next reading, though nothing happens at the nodes then', () => {
    const patient = tier('calm', { admission: { kind: 'queue-depth', shedAbove: 1 }, onNoCapacity: { do: 'wait' } });
    const signal = { scrapeUs: 100 * MS, averageUs: 0, hysteresis: 0 };
    const { records } = run({ provider: provider({ tiers: [tier('busy'), patient], signal }) }, [
      of('busy', [[0, 1, 10]]),
      of('calm', [[0.001, 1, 10]]),
    ]);
    expect(records.map(({ scheduledUs }) => scheduledUs / MS)).toEqual([0, 100]);
  });

  it('ends a run that drains although one waits for ever', () => {
    const never = tier('calm', { admission: { kind: 'queue-depth', shedAbove: 0 }, onNoCapacity: { do: 'wait' } });
    const signal = { scrapeUs: 100 * MS, averageUs: 300 * MS, hysteresis: 0 };
    const { records } = run({ drain: true, provider: provider({ tiers: [never], signal }) }, [
      of('calm', [[0, 1, 10]]),
    ]);
    expect(records.map(({ outcome }) => outcome)).toEqual(['unfinished']);
  });
});

describe('queueing at the gateway', () => {
  const rows = { busy: [[0, 1, 10]], calm: [[0.001, 1, 10]], urgent: [[0.002, 1, 10]] } as const;
  const classes = [of('busy', rows.busy), of('calm', rows.calm), of('urgent', rows.urgent)];
  const three = tiers(urgent, calm, tier('busy'));

  it('binds work to a node when it has room, the most urgent first', () => {
    const { records } = run({ ...three, ...late }, classes);
    expect(records.map(({ class: name, scheduledUs }) => [name, scheduledUs / MS])).toEqual([
      ['busy', 0],
      ['calm', 20],
      ['urgent', 10],
    ]);
  });

  it('while a plain server takes those first that came first when they are bound at once', () => {
    const { records } = run(three, classes);
    expect(records.map(({ scheduledUs }) => scheduledUs / MS)).toEqual([0, 10, 20]);
  });

  it('does not make work wait at one node while another is free', () => {
    const rowsOf: TraceRow[] = [
      [0, 1, 100],
      [0, 1, 10],
      [0.001, 1, 10],
      [0.002, 1, 10],
    ];
    const { records } = run({ ...tiers(calm), ...late, pools: [pool({ nodes: 2 })] }, [of('calm', rowsOf)]);
    expect(records.map(({ node, scheduledUs }) => [node, scheduledUs / MS])).toEqual([
      [0, 0],
      [1, 0],
      [1, 10],
      [1, 20],
    ]);
  });

  it('lets less urgent work go to a node that those before it cannot use, as soon as it comes', () => {
    const pools = [pool({ name: 'a' }), pool({ name: 'b', tiers: ['calm'] })];
    const { records } = run({ ...tiers(urgent, calm), ...late, pools }, [
      of('urgent', [
        [0, 1, 10],
        [0.001, 1, 10],
      ]),
      of('calm', [[0.002, 1, 10]]),
    ]);
    expect(records.map(({ pool: at, scheduledUs }) => [at, scheduledUs / MS])).toEqual([
      ['a', 0],
      ['a', 10],
      ['b', 2],
    ]);
  });

  it('keeps it out of a node that they wait for, though it would fit there', () => {
    const engine = vllm({ maxNumSeqs: 4, kvBlocks: 102, maxModelLen: 1617, prefixCaching: false });
    const { records } = run({ ...tiers(urgent, calm), ...late, pools: [pool({ engine })] }, [
      of('urgent', [
        [0, 1000, 10],
        [0.001, 1000, 10],
      ]),
      of('calm', [[0.002, 16, 10]]),
    ]);
    expect(records.map(({ scheduledUs }) => scheduledUs / MS)).toEqual([0, 10, 10]);
  });

  it('of equally urgent tiers serves first who was sent first', () => {
    const three = tiers(tier('one', { rank: 1 }), tier('two', { rank: 1 }), tier('busy'));
    const { records } = run({ ...three, ...late }, [
      of('busy', [[0, 1, 10]]),
      of('one', [
        [0.002, 1, 10],
        [0.004, 1, 10],
      ]),
      of('two', [
        [0.001, 1, 10],
        [0.003, 1, 10],
      ]),
    ]);
    const order = records.toSorted((a, b) => a.scheduledUs - b.scheduledUs).map(({ sentUs }) => sentUs / MS);
    expect(order).toEqual([0, 1, 2, 3, 4]);
  });

  it('finds room on a node that is not the least loaded', () => {
    // A hundred and one blocks of 16 tokens, of which the first request takes all.
    const engine = vllm({ maxNumSeqs: 4, kvBlocks: 102, maxModelLen: 1617, prefixCaching: false });
    const { records } = run({ ...tiers(calm), ...late, pools: [pool({ nodes: 2, engine })] }, [
      of('calm', [
        [0, 1600, 16],
        [0.001, 32, 16],
        [0.002, 32, 16],
        [0.003, 32, 16],
      ]),
    ]);
    expect(records.map(({ node, scheduledUs }) => [node, scheduledUs / MS])).toEqual([
      [0, 0],
      [1, 1],
      [1, 2],
      [1, 3],
    ]);
  });

  it('expires what has waited as long as its tier allows, and turns away beyond the length of its line', () => {
    const bounded = tier('calm', { rank: 1, queue: { maxWaitUs: 5 * MS, maxQueued: 1 } });
    const { records } = run({ ...tiers(bounded), ...late }, [
      of('calm', [
        [0, 1, 20],
        [0.001, 1, 1],
        [0.002, 1, 1],
      ]),
    ]);
    expect(records.map(({ outcome, endUs }) => [outcome, endUs / MS])).toEqual([
      ['completed', 20],
      ['expired', 6],
      ['shed', 2],
    ]);
  });

  it('sheds on what waits at the gateway too', () => {
    const strict = tier('calm', { admission: { kind: 'predicted-ttft', shedAboveUs: 0 } });
    const burst: TraceRow[] = [
      [0, 1, 20],
      [0.001, 1, 1],
      [0.002, 1, 1],
    ];
    const { records } = run({ ...tiers(strict), ...late }, [of('calm', burst)]);
    expect(records.map(({ outcome }) => outcome)).toEqual(['completed', 'completed', 'shed']);
  });
});

describe('a tier that waits for capacity', () => {
  const patient = tier('calm', { admission: { kind: 'queue-depth', shedAbove: 1 }, onNoCapacity: { do: 'wait' } });

  it('goes to a node when admission would let it in', () => {
    const { records } = run(tiers(patient), [
      of('calm', [
        [0, 1, 10],
        [0.001, 1, 1],
      ]),
    ]);
    expect(records[1]).toMatchObject({ outcome: 'completed', scheduledUs: 10 * MS });
  });

  it('expires when its time is up', () => {
    const hasty = { ...patient, queue: { maxWaitUs: 4 * MS, maxQueued: null } };
    const { records } = run(tiers(hasty), [
      of('calm', [
        [0, 1, 10],
        [0.001, 1, 1],
      ]),
    ]);
    expect(records[1]).toMatchObject({ outcome: 'expired', cause: 'hold_expired', endUs: 5 * MS });
  });
});

it('a tier without capacity goes on as a lower one and is billed as that', () => {
  const paid = tier('paid', {
    rank: 2,
    priceMultiplier: 3,
    admission: { kind: 'queue-depth', shedAbove: 1 },
    onNoCapacity: { do: 'downgrade', to: 'plain' },
  });
  const { records, summary } = run(tiers(paid, tier('plain')), [
    of('paid', [
      [0, 1, 10],
      [0.001, 1, 10],
    ]),
  ]);
  expect(records.map(({ tierServed, outcome }) => [tierServed, outcome])).toEqual([
    ['paid', 'completed'],
    ['plain', 'completed'],
  ]);
  expect(records[0]!.billedPico).toBe(3 * records[1]!.billedPico);
  expect(summary.tiers['paid']).toMatchObject({ downgradeRate: 1 / 3 });
});

describe('reserved slots', () => {
  const reserved = [pool({ engine: slots(2), reservedSlots: [{ tier: 'urgent', value: 1 }] })];

  it('are left free by lower tiers, which wait at the gateway', () => {
    const { records } = run({ ...tiers(urgent, calm), pools: reserved }, [
      of('calm', [
        [0, 1, 10],
        [0.001, 1, 10],
      ]),
      of('urgent', [[0.002, 1, 3]]),
    ]);
    expect(records.map(({ class: name, scheduledUs }) => [name, scheduledUs / MS])).toEqual([
      ['calm', 0],
      ['calm', 10],
      ['urgent', 2],
    ]);
  });

  it('leave the tier all of a node that lower ones do not use', () => {
    const { records } = run({ ...tiers(urgent, calm), pools: reserved }, [
      of('urgent', [
        [0, 1, 10],
        [0, 1, 10],
      ]),
    ]);
    expect(records.map(({ scheduledUs }) => scheduledUs)).toEqual([0, 0]);
  });
});

describe('eviction', () => {
  const background = { maxWaitUs: SECOND_US, maxQueued: null, dispatchAtPressure: 0.5, asynchronous: true };
  const evictable = (rules: Partial<Eviction> = {}, differences: Partial<TierProfile> = {}) =>
    tier('calm', { rank: 1, eviction: evictedBy(['urgent'], rules), ...differences });
  /** Two calm ones, of which the second waits at the node, and an urgent one a little later. */
  const arrivals = (atSeconds = 0.002) => [
    of('calm', [
      [0, 1, 10],
      [0.001, 1, 10],
    ]),
    of('urgent', [[atSeconds, 1, 10]]),
  ];

  it('before the first token puts the youngest back to its place, and no request is lost', () => {
    const { records, summary } = run(tiers(urgent, evictable()), arrivals());
    expect(
      records.map(({ class: name, scheduledUs, evictions, outcome }) => [name, scheduledUs / MS, evictions, outcome]),
    ).toEqual([
      ['calm', 0, 0, 'completed'],
      ['calm', 20, 1, 'completed'],
      ['urgent', 10, 0, 'completed'],
    ]);
    expect(records.map(({ attempt }) => attempt)).toEqual([1, 1, 1]);
    expect(summary.tiers['calm']).toMatchObject({ evictions: 1, attempts: 3 });
  });

  it('sends whom it throws out on to a node that has room, at once', () => {
    const pools = [pool({ name: 'a' }), pool({ name: 'b', tiers: ['calm'] })];
    const { records } = run({ ...tiers(urgent, evictable({ when: 'any-time' }, { hold: background })), pools }, [
      of('calm', [[0, 1, 10]]),
      of('urgent', [[0.002, 1, 10]]),
    ]);
    expect(records.map(({ pool: at, evictions, endUs }) => [at, evictions, endUs / MS])).toEqual([
      ['b', 1, 12],
      ['a', 0, 12],
    ]);
  });

  it('spares work that has shown its first token, unless it may happen at any time', () => {
    const alone = [of('calm', [[0, 1, 10]]), of('urgent', [[0.004, 1, 10]])];
    expect(run(tiers(urgent, evictable()), alone).records.map(({ evictions }) => evictions)).toEqual([0, 0]);
    const anyTime = evictable({ when: 'any-time' });
    const { records } = run(tiers(urgent, anyTime), alone);
    // A client that has seen a token cannot be shown it again.
    expect(records[0]).toMatchObject({
      outcome: 'evicted',
      cause: 'evicted',
      outputTokens: 3,
      wastedTokens: 3,
      billedPico: 0,
    });
    expect(records[1]).toMatchObject({ scheduledUs: 4 * MS });
  });

  it('of a background job restarts it, bills each token once and lays the lost work at the door of the cause', () => {
    const job = evictable({ when: 'any-time' }, { hold: background });
    const { records, summary } = run(tiers(urgent, job), [of('calm', [[0, 1, 10]]), of('urgent', [[0.004, 1, 10]])]);
    expect(records[0]).toMatchObject({
      outcome: 'completed',
      evictions: 1,
      scheduledUs: 0,
      firstTokenUs: 15 * MS,
      endUs: 24 * MS,
      outputTokens: 13,
      wastedTokens: 3,
      billedPico: 1e6 + 10 * 2e6,
    });
    expect(summary.tiers['urgent']).toMatchObject({ recomputedTokens: 4 });
    expect(summary.tiers['calm']).toMatchObject({ recomputedTokens: 0, wastedTokens: 3, outputTokens: 10 });
  });

  it('mid-stream is paid by whom the profile says', () => {
    const anyTime = evictable({ when: 'any-time' });
    const paid = provider({ tiers: [urgent, anyTime], billing: { ...provider().billing, evicted: 'emitted' } });
    const { records } = run({ provider: paid }, [of('calm', [[0, 1, 10]]), of('urgent', [[0.004, 1, 10]])]);
    expect(records[0]!.billedPico).toBe(1e6 + 3 * 2e6);
  });

  it('ends the attempt where the profile says so', () => {
    const { records } = run(tiers(urgent, evictable({ outcome: 'fail' })), arrivals());
    expect(records[1]).toMatchObject({ outcome: 'evicted', endUs: 2 * MS, outputTokens: 0 });
  });

  it('waits for the minimum run time', () => {
    const slow = evictable({ minRunUs: 5 * MS });
    expect(run(tiers(urgent, slow), arrivals()).records[1]!.evictions).toBe(0);
    expect(run(tiers(urgent, slow), arrivals(0.006)).records[1]!.evictions).toBe(1);
  });

  it('leaves alone what was evicted often enough', () => {
    const twice = (maxTimes: number | null) => {
      const classes = [
        of('calm', [
          [0, 1, 10],
          [0.001, 1, 10],
        ]),
        of('urgent', [
          [0.002, 1, 10],
          [0.021, 1, 10],
        ]),
      ];
      const fast = [pool({ engine: slots(1) })];
      return run(
        { ...tiers(urgent, evictable({ maxTimes, when: 'any-time' }, { hold: background })), pools: fast },
        classes,
      );
    };
    const most = (maxTimes: number | null) => Math.max(...twice(maxTimes).records.map(({ evictions }) => evictions));
    expect([most(1), most(null)]).toEqual([1, 2]);
  });

  it('happens only where the node is full', () => {
    const roomy = [pool({ engine: slots(3) })];
    const { records } = run({ ...tiers(urgent, evictable()), pools: roomy }, arrivals());
    expect(records.map(({ evictions }) => evictions)).toEqual([0, 0, 0]);
  });
});

it('a tier that is enabled for a model at a time is honoured from then on', () => {
  const profile = provider({
    tiers: [tier('urgent', { rank: 2 }), tier('standard')],
    support: [{ tier: 'urgent', model: null, api: null, endpoint: null, engineTierSupport: null, answer: 'downgrade' }],
  });
  const events = [
    { atUs: SECOND_US, change: { kind: 'support', model: 'm', tier: 'urgent', answer: 'honour' } } as const,
    { atUs: 3 * SECOND_US, change: { kind: 'support', model: 'm', tier: 'urgent', answer: 'refuse' } } as const,
  ];
  const { records } = run({ provider: profile, events }, [
    of('urgent', [
      [0, 1, 1500],
      [0.999999, 1, 1],
      [1, 1, 1],
      [3, 1, 1],
    ]),
  ]);
  expect(records.map(({ tierServed, outcome }) => tierServed || outcome)).toEqual([
    'standard',
    'standard',
    'urgent',
    'refused',
  ]);
});
