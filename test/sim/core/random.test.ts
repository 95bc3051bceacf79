import seedrandom from 'seedrandom';
import { describe, expect, it } from 'vitest';
import { exponential } from '../../../src/sim/core/distributions.js';
import { InvariantError } from '../../../src/sim/core/invariant.js';
import { type RandomStream, Streams, stream } from '../../../src/sim/core/random.js';
import { drawn, lagCorrelation, meanOf, varianceOf } from './statistics.js';

const first = (source: RandomStream, count: number) => Array.from({ length: count }, () => source.uniform());

describe('stream', () => {
  it.each([
    ['1', 0, 'arrivals/chat', [0.12740918333976559, 0.44778429049636004, 0.1648441146662899]],
    ['1', 1, 'arrivals/chat', [0.6259276103767055, 0.5195882751636384, 0.2065645996243567]],
    ['1', 0, 'lengths/chat', [0.3961625594444753, 0.7107789288015381, 0.4652584264413909]],
    ['2026-06', 0, 'retries', [0.9890267859149802, 0.8609654320455058, 0.15073424398873525]],
  ])('keeps its first numbers: seed %s, run %i, %s', (seed, run, name, expected) => {
    expect(first(stream(seed, run, name), 3)).toEqual(expected);
  });

  it('draws as the package itself does', () => {
    const theirs = seedrandom.tychei('1/0/lengths');
    expect(first(stream('1', 0, 'lengths'), 1000)).toEqual(Array.from({ length: 1000 }, () => theirs.double()));
  });

  it('fills a list with exponential deviates as they would be drawn one by one, the last first', () => {
    const [together, singly] = [stream('1', 0, 'gaps'), stream('1', 0, 'gaps')];
    const deviates = new Array<number>(50).fill(0);
    together.fillExponential(deviates);
    expect(deviates.reverse()).toEqual(deviates.map(() => exponential(singly, 1)));
    expect(together.uniform()).toBe(singly.uniform());
  });

  it('draws whole numbers below a bound, each as often', () => {
    const source = stream('1', 0, 'router');
    const counts = [0, 0, 0, 0, 0];
    for (let i = 0; i < 50_000; i++) counts[source.below(5)]!++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
  });

  it('is uniform on (0, 1) with more than 32 bits', () => {
    const source = stream('7', 0, 'uniform');
    const values = drawn(100_000, () => source.uniform());
    expect(Math.abs(meanOf(values) - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / values.length));
    expect(Math.abs(varianceOf(values) - 1 / 12)).toBeLessThan(4 * Math.sqrt(1 / 180 / values.length));
    expect(values.every((value) => value > 0 && value < 1)).toBe(true);
    const fractionsOf32Bits = values.filter((value) => Number.isInteger(value * 4_294_967_296));
    expect(fractionsOf32Bits.length).toBe(0);
  });

  it('gives neighbouring seeds and runs unrelated first draws', () => {
    const bySeed = Float64Array.from({ length: 20_000 }, (_, seed) => stream(String(seed), 0, 'arrivals').uniform());
    const byRun = Float64Array.from({ length: 20_000 }, (_, run) => stream('1', run, 'arrivals').uniform());
    expect(Math.abs(lagCorrelation(bySeed))).toBeLessThan(4 / Math.sqrt(20_000));
    expect(Math.abs(lagCorrelation(byRun))).toBeLessThan(4 / Math.sqrt(20_000));
  });
});

describe('Streams', () => {
  it('never shifts a stream when another consumer is added', () => {
    const alone = first(new Streams('1', 0).get('lengths/chat'), 5);
    const streams = new Streams('1', 0);
    const other = streams.get('arrivals/chat');
    other.uniform();
    const shared = streams.get('lengths/chat');
    const between = [shared.uniform(), shared.uniform()];
    other.uniform();
    expect([...between, ...first(shared, 3)]).toEqual(alone);
  });

  it('refuses a second consumer of one stream', () => {
    const streams = new Streams('1', 0);
    streams.get('retries');
    expect(() => streams.get('retries')).toThrow(InvariantError);
    expect(() => streams.get('routing')).not.toThrow();
  });
});

// Why the other generators of the same package are not used, however fast: what they do wrong is measured here.
describe('the seeding of other generators', () => {
  it('repeats short keys in the bare seedrandom()', () => {
    expect(seedrandom('1').int32()).toBe(seedrandom('11').int32());
    expect(seedrandom('ab').int32()).toBe(seedrandom('abab').int32());
    expect(seedrandom.tychei('1').int32()).not.toBe(seedrandom.tychei('11').int32());
  });

  it('makes one stream of all one-character seeds in xorshift7', () => {
    const firsts = (generator: (seed: string) => { int32(): number }) =>
      new Set(Array.from('abcxyz0189', (seed) => generator(seed).int32())).size;
    expect(firsts(seedrandom.xorshift7)).toBe(1);
    expect(firsts(seedrandom.tychei)).toBe(10);
  });

  it('correlates the first draws of neighbouring seeds in xor128', () => {
    const firsts = (generator: (seed: string) => { double(): number }) =>
      Float64Array.from({ length: 20_000 }, (_, run) => generator(`run-${run}/arrivals`).double());
    expect(Math.abs(lagCorrelation(firsts(seedrandom.xor128)))).toBeGreaterThan(0.1);
    expect(Math.abs(lagCorrelation(firsts(seedrandom.tychei)))).toBeLessThan(0.03);
  });
});
