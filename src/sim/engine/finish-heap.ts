import { violated } from '../core/invariant.js';
import { doubles, objectList } from '../core/lists.js';
import type { Sequence } from './sequence.js';

/**
 * Sequences by the step in which they make their last token: a binary heap in which a sequence stands as one number, its step
 * and its place in a list, so that putting the heap in order touches no sequence.
 */
export class FinishHeap {
  /** Sequences in it: they do nothing but decode. */
  decoding = 0;
  /** The earliest of the steps, and whose it is; -1 and null: nobody is in it. */
  firstFinish = -1;
  first: Sequence | null = null;
  /** step * PLACES + place; `decoding` of them count, and behind them stand the places that nobody has. */
  private readonly keys = doubles(1, 0);
  /** By place, those who have left too until others take theirs. */
  private readonly members = objectList<Sequence>();

  protected insert(sequence: Sequence): void {
    const { keys } = this;
    const place = this.decoding < keys.length ? keys[this.decoding]! | 0 : this.decoding;
    const key = sequence.finishStep * span.places + place;
    if (place >= PLACES || sequence.finishStep >= MOST_STEPS)
      violated('a heap of finishes holds a million sequences and 2^33 steps');
    this.members[place] = sequence;
    sequence.finishPlace = place;
    this.rise(this.decoding++, key);
    if (keys[0] !== key) return;
    this.firstFinish = sequence.finishStep;
    this.first = sequence;
  }

  protected takeOut(sequence: Sequence): void {
    const { keys } = this;
    const place = sequence.finishPlace;
    const key = sequence.finishStep * span.places + place;
    const size = --this.decoding;
    let at = 0;
    if (keys[0] !== key) for (at = size; at > 0 && keys[at] !== key; ) at--;
    if (keys[at] !== key) violated('who leaves the heap was in it', undefined, place);
    const last = keys[size]!;
    keys[size] = place;
    if (at < size) {
      if (at > 0 && last < key) this.rise(at, last);
      else this.sink(at, last);
    }
    if (at === 0) this.findFirst();
  }

  /** The member that goes before all others, some left aside; null: there is no other. */
  foremost(goesBefore: (a: Sequence, b: Sequence) => boolean, aside: readonly Sequence[]): Sequence | null {
    let found: Sequence | null = null;
    for (let at = 0; at < this.decoding; at++) {
      const member = this.memberAt(at);
      if ((found === null || goesBefore(member, found)) && !aside.includes(member)) found = member;
    }
    return found;
  }

  /** In no order that means anything; taken out from the last to the first, none moves another. */
  inHeap(): Sequence[] {
    return Array.from({ length: this.decoding }, (_, at) => this.memberAt(at));
  }

  /** By its key, without a look at the sequence, which would be one at memory that nobody needs yet. */
  private findFirst(): void {
    if (this.decoding === 0) {
      this.firstFinish = -1;
      this.first = null;
      return;
    }
    const key = this.keys[0]!;
    this.firstFinish = Math.floor(key / PLACES);
    this.first = this.members[key - this.firstFinish * span.places]!;
  }

  private memberAt(at: number): Sequence {
    const place = this.keys[at]! / PLACES;
    return this.members[(place - Math.floor(place)) * PLACES]!;
  }

  private rise(from: number, key: number): void {
    const { keys } = this;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = keys[parent]!;
      if (above <= key) break;
      keys[at] = above;
      at = parent;
    }
    keys[at] = key;
  }

  private sink(from: number, key: number): void {
    const { keys, decoding: size } = this;
    let at = from;
    for (let child = 2 * at + 1; child < size; child = 2 * at + 1) {
      let below = keys[child]!;
      if (child + 1 < size && keys[child + 1]! < below) below = keys[++child]!;
      if (below >= key) break;
      keys[at] = below;
      at = child;
    }
    keys[at] = key;
  }
}

/** More than any engine has seats for. */
const PLACES = 1_048_576;
/** In a field that is laid out for doubles, as in StepTime: a product of small numbers would outgrow 31 bits at step 2,048. */
const span = { places: 0.5 };
span.places = PLACES;
/** A key is a whole number below 2^53. */
const MOST_STEPS = 8_589_934_592;
