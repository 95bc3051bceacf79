import seedrandom from 'seedrandom';
import { invariant } from './invariant.js';
import { doubles } from './lists.js';

/** One sequence of chance, used by one part of the simulator only. */
export class RandomStream {
  /** The second of the two normal deviates that the polar method makes at once; NaN: none waiting. */
  spareNormal = Number.NaN;
  /** Drawn already; `left` of them, from the front, are still to be given out. */
  private readonly drawn = doubles(DRAWN, 0);
  private left = 0;
  private a: number;
  private b: number;
  private c: number;
  private d: number;

  constructor(state: seedrandom.State.Tychei) {
    this.a = state.a;
    this.b = state.b;
    this.c = state.c;
    this.d = state.d;
  }

  /** Uniform in (0, 1) with 53 bits; 0 itself never occurs, so its logarithm is finite. */
  uniform(): number {
    if (this.left === 0) this.draw();
    return this.drawn[--this.left]!;
  }

  /** A whole number from 0 on, below `n`. */
  below(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /** Exponential deviates of mean 1, the last first. */
  fillExponential(deviates: number[]): void {
    for (let left = deviates.length; left > 0; ) {
      if (this.left === 0) this.draw();
      deviates[--left] = -Math.log(this.drawn[--this.left]!);
    }
  }

  /** Several at a time, the last first: the steps are the package's own, whose closures are slow to call. */
  private draw(): void {
    const { drawn } = this;
    let { a, b, c, d } = this;
    for (let left = DRAWN; left > 0; ) {
      b = (b << 25) ^ (b >>> 7) ^ c;
      c = (c - d) | 0;
      d = (d << 24) ^ (d >>> 8) ^ a;
      a = (a - b) | 0;
      b = (b << 20) ^ (b >>> 12) ^ c;
      c = (c - d) | 0;
      d = (d << 16) ^ (c >>> 16) ^ a;
      a = (a - b) | 0;
      const upper = a >>> 11;
      // The same again, for the lower half: a turn of a loop for each would cost as much as half of the steps.
      b = (b << 25) ^ (b >>> 7) ^ c;
      c = (c - d) | 0;
      d = (d << 24) ^ (d >>> 8) ^ a;
      a = (a - b) | 0;
      b = (b << 20) ^ (b >>> 12) ^ c;
      c = (c - d) | 0;
      d = (d << 16) ^ (c >>> 16) ^ a;
      a = (a - b) | 0;
      const value = (upper + (a >>> 0) / TWO_32) / TWO_21;
      if (value > 0) drawn[--left] = value;
    }
    this.a = a;
    this.b = b;
    this.c = c;
    this.d = d;
    this.left = DRAWN;
  }
}

/** So many at a time. */
const DRAWN = 32;

const TWO_32 = 4_294_967_296;
const TWO_21 = 2_097_152;

/** The stream of this name in run `run`: the same three words always give the same numbers. */
export function stream(seed: string, run: number, name: string): RandomStream {
  // tychei, because the package's default generator repeats short keys ('1' and '11' are one stream), xorshift7 maps almost all
  // seeds to a few streams, and xor128 correlates the first draws of neighbouring seeds. 53 bits, because the plain
  // call has only 32, which cuts exponential deviates at 22 means.
  return new RandomStream(seedrandom.tychei(`${seed}/${run}/${name}`, { state: true }).state());
}

/** The streams of one run. A name is given out once: two parts never draw from the same stream. */
export class Streams {
  private readonly seed: string;
  private readonly run: number;
  private readonly given = new Set<string>();

  constructor(seed: string, run: number) {
    this.seed = seed;
    this.run = run;
  }

  get(name: string): RandomStream {
    invariant(!this.given.has(name), `the random stream '${name}' has one consumer`);
    this.given.add(name);
    return stream(this.seed, this.run, name);
  }
}
