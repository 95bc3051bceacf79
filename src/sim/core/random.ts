import seedrandom from 'seedrandom';
import { invariant } from './invariant.js';

/** One sequence of chance, used by one part of the simulator only. */
export class RandomStream {
  /** Uniform in (0, 1) with 53 bits; 0 itself never occurs, so its logarithm is finite. */
  readonly uniform: () => number;
  /** The second of the two normal deviates that the polar method makes at once; NaN: none waiting. */
  spareNormal = Number.NaN;

  constructor(uniform: () => number) {
    this.uniform = uniform;
  }
}

/** The stream of this name in run `run`: the same three words always give the same numbers. */
export function stream(seed: string, run: number, name: string): RandomStream {
  // tychei, because the package's default generator repeats short keys ('1' and '11' are one stream), xorshift7 maps almost all
  // seeds to a few streams, and xor128 correlates the first draws of neighbouring seeds. `.double`, because the plain
  // call has only 32 bits, which cuts exponential deviates at 22 means.
  return new RandomStream(seedrandom.tychei(`${seed}/${run}/${name}`).double);
}

/** The streams of one run. A name is given out once: two parts never draw from the same stream. */
export class Streams {
  readonly #seed: string;
  readonly #run: number;
  readonly #given = new Set<string>();

  constructor(seed: string, run: number) {
    this.#seed = seed;
    this.#run = run;
  }

  get(name: string): RandomStream {
    invariant(!this.#given.has(name), `the random stream '${name}' has one consumer`);
    this.#given.add(name);
    return stream(this.#seed, this.#run, name);
  }
}
