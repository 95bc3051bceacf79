import { invariant } from '../core/invariant.js';
import { objectList } from '../core/object-list.js';
import type { Sequence } from './sequence.js';

/**
 * Sequences by the step in which they make their last token: a binary heap in which a sequence stands as a small number, its
 * place in a list, so that putting the heap in order touches no sequence.
 */
export class FinishHeap {
  size = 0;
  /** The earliest of the steps; -1: nobody is in it. */
  firstStep = -1;
  private readonly steps: number[] = [];
  private readonly places: number[] = [];
  /** By place; null: it is spare. */
  private readonly members = objectList<Sequence | null>();
  private readonly spare: number[] = [];

  get first(): Sequence | null {
    return this.size === 0 ? null : this.members[this.places[0]!]!;
  }

  add(sequence: Sequence): void {
    const place = this.spare.length === 0 ? this.members.length : this.spare.pop()!;
    this.members[place] = sequence;
    sequence.finishPlace = place;
    this.rise(this.size++, sequence.finishStep, place);
    this.firstStep = this.steps[0]!;
  }

  remove(sequence: Sequence): void {
    const { steps, places } = this;
    const place = sequence.finishPlace;
    let at = 0;
    if (places[0] !== place) for (at = this.size - 1; at > 0 && places[at] !== place; ) at--;
    invariant(places[at] === place, 'who leaves the heap was in it', undefined, place);
    this.members[place] = null;
    this.spare.push(place);
    const size = --this.size;
    const last = steps[size]!;
    if (at < size) {
      if (at > 0 && last < sequence.finishStep) this.rise(at, last, places[size]!);
      else this.sink(at, last, places[size]!);
    }
    this.firstStep = size === 0 ? -1 : steps[0]!;
  }

  /** The member that goes before all others, some left aside; null: there is no other. */
  foremost(goesBefore: (a: Sequence, b: Sequence) => boolean, aside: readonly Sequence[]): Sequence | null {
    let found: Sequence | null = null;
    for (let at = 0; at < this.size; at++) {
      const member = this.members[this.places[at]!]!;
      if ((found === null || goesBefore(member, found)) && !aside.includes(member)) found = member;
    }
    return found;
  }

  /** In no order that means anything; taken out from the last to the first, none moves another. */
  inHeap(): Sequence[] {
    return Array.from({ length: this.size }, (_, at) => this.members[this.places[at]!]!);
  }

  private rise(from: number, step: number, place: number): void {
    const { steps, places } = this;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = steps[parent]!;
      if (above <= step) break;
      steps[at] = above;
      places[at] = places[parent]!;
      at = parent;
    }
    steps[at] = step;
    places[at] = place;
  }

  private sink(from: number, step: number, place: number): void {
    const { steps, places, size } = this;
    let at = from;
    for (let child = 2 * at + 1; child < size; child = 2 * at + 1) {
      let below = steps[child]!;
      if (child + 1 < size && steps[child + 1]! < below) below = steps[++child]!;
      if (below >= step) break;
      steps[at] = below;
      places[at] = places[child]!;
      at = child;
    }
    steps[at] = step;
    places[at] = place;
  }
}
