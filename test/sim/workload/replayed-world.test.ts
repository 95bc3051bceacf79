import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { TraceArrivals, TrafficClass } from '../../../src/models/scenario.js';
import { Streams } from '../../../src/sim/core/random.js';
import { TrafficSource } from '../../../src/sim/workload/source.js';
import { fixed, pool, provider, runOf, SECOND_US, tier, traceArrivals, traffic, vllm } from '../../helpers/scenario.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const LENGTHS = { kind: 'trace', min: 1, max: null } as const;

function tracedBy(arrivals: Partial<TraceArrivals>, text: string, overrides: Partial<TrafficClass> = {}) {
  const spec = traffic({ arrivals: traceArrivals(arrivals), input: LENGTHS, output: LENGTHS, ...overrides });
  return { spec, text };
}

const mooncake = (rows: readonly (readonly [ms: number, input: number, ids: readonly number[]])[]): string =>
  rows
    .map(([timestamp, input, ids]) =>
      JSON.stringify({ timestamp, input_length: input, output_length: 2, hash_ids: ids }),
    )
    .join('\n');

describe('a replayed trace', () => {
  const rows = mooncake([
    [0, 1000, [0, 1]],
    [1000, 1500, [0, 1, 2]],
    [2000, 1200, [0, 7, 8]],
    [3000, 600, [9, 1]],
  ]);
  const cached = (arrivals: Partial<TraceArrivals>, durationSeconds = 10): number[] =>
    runOf({ durationUs: durationSeconds * SECOND_US, pools: [pool({ engine: vllm() })] }, [
      tracedBy({ format: 'mooncake', ...arrivals }, rows),
    ]).records.map(({ cachedTokens }) => cachedTokens);

  it('of hashed blocks hits what came before: whole blocks, from the first on, and a part of the last', () => {
    // 1000 tokens fill 62 blocks of 16. Id 1 after another beginning is another text.
    expect(cached({})).toEqual([0, 992, 512, 0]);
  });

  it('hits nothing of an earlier round: those are other users', () => {
    expect(cached({ loop: true, toUs: 5 * SECOND_US })).toEqual([0, 992, 512, 0, 0, 992, 512, 0]);
  });

  it('asks for the tiers that its rows name', () => {
    const tiers = [tier('standard'), tier('flex')];
    const csv = 'time,input,output,sla\n0,5,1,a\n1,5,1,b\n2,5,1,c\n3,5,1,b\n';
    const tierOf = [
      { label: 'a', tier: 'standard' },
      { label: 'b', tier: 'flex' },
    ];
    const columns = { input: 'input', output: 'output', tier: 'sla' };
    const { records } = runOf(
      { durationUs: 9 * SECOND_US, provider: provider({ tiers }), pools: [pool({ engine: vllm() })] },
      [tracedBy({ format: 'csv', columns, tierOf }, csv)],
    );
    expect(records.map(({ tierAsked }) => tierAsked)).toEqual(['standard', 'flex', 'flex']);
  });

  it('of rates brings each tier at its rate, a column more or less moving no other', () => {
    const tiers = [tier('standard'), tier('flex')];
    const text = 'minute,prod,dev\n0,60000,6000\n1,60000,6000\n2,0,6000\n3,60000,6000\n';
    const counts = (tierOf: TraceArrivals['tierOf']): number[] => {
      const { records } = runOf(
        { durationUs: 240 * SECOND_US, provider: provider({ tiers }), pools: [pool({ engine: vllm() })] },
        [tracedBy({ format: 'sageserve', tierOf }, text, { input: fixed(100), output: fixed(1) })],
      );
      return ['standard', 'flex'].map((name) => records.filter(({ tierAsked }) => tierAsked === name).length);
    };
    const prod = { label: 'prod', tier: 'standard' };
    const dev = { label: 'dev', tier: 'flex' };
    const [standard, flex] = counts([prod, dev]) as [number, number];
    // 10/s for three minutes, 1/s for four.
    expect(Math.abs(standard - 1800)).toBeLessThan(4 * Math.sqrt(1800));
    expect(Math.abs(flex - 240)).toBeLessThan(4 * Math.sqrt(240));
    expect(counts([dev])).toEqual([0, flex]);
  });
});

describe('a class of any size', () => {
  it('is a stream: a million arrivals leave nothing behind', () => {
    const arrivals: TrafficClass['arrivals'][] = [
      { kind: 'poisson', perSecond: 1e5 },
      { kind: 'weekly', meanPerSecond: 1e5, peakToTrough: 3, peakAtUs: 0, dayFactors: [1, 1, 1, 1, 1, 1, 1], cv: 2 },
      {
        kind: 'clients',
        groups: [{ count: 100, zipf: 1, windows: [{ fromUs: 0, perSecond: 1e5, cv: 2, law: 'weibull' }] }],
      },
    ];
    for (const kind of arrivals) {
      const frame = { startMs: 0, durationUs: 1e15, tierNames: ['standard'] };
      const source = new TrafficSource(traffic({ arrivals: kind }), new Streams('1', 1), frame, null);
      const request = {
        tierAsked: 0,
        promptTokens: 0,
        outputTokens: 0,
        sharedTokens: 0,
        sharedFamily: 0,
        feePico: 0,
        content: null,
      };
      const heap = (count: number): number => {
        for (let i = 0, atUs = 0; i < count; i++) {
          atUs = source.nextArrivalUs(atUs);
          source.draw(request);
        }
        collectGarbage();
        return process.memoryUsage().heapUsed;
      };
      const warm = heap(100_000);
      // An array of a million would be 8 MB for each property.
      expect(heap(1_000_000) - warm).toBeLessThan(2e6);
    }
  }, 60_000);
});
