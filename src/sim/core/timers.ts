/**
 * One alarm for each of n subjects, which may be set anew at any time: a binary heap of subjects with the place of
 * each kept beside it, so that moving an alarm leaves nothing dead behind. Equal times go by subject.
 */
export class Timers {
  private times = new Float64Array(16).fill(Number.POSITIVE_INFINITY);
  private place = new Int32Array(16).fill(-1);
  private heap = new Int32Array(16);
  private size = 0;

  get count(): number {
    return this.size;
  }

  /** When the first alarm goes off; Infinity: none is set. */
  get firstUs(): number {
    return this.size === 0 ? Number.POSITIVE_INFINITY : this.times[this.heap[0]!]!;
  }

  /** Sets the subject's alarm, or moves it. */
  set(subject: number, timeUs: number): void {
    while (subject >= this.times.length) this.grow();
    const at = this.place[subject]!;
    const beforeUs = this.times[subject]!;
    this.times[subject] = timeUs;
    if (at < 0) this.rise(subject, this.size++);
    else if (timeUs < beforeUs) this.rise(subject, at);
    else this.sink(subject, at);
  }

  /** Takes the first alarm off and returns its subject. */
  take(): number {
    const subject = this.heap[0]!;
    this.place[subject] = -1;
    this.times[subject] = Number.POSITIVE_INFINITY;
    const last = this.heap[--this.size]!;
    if (last !== subject) this.sink(last, 0);
    return subject;
  }

  private rise(subject: number, from: number): void {
    const { heap, place, times } = this;
    const timeUs = times[subject]!;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent]!;
      const aboveUs = times[above]!;
      if (aboveUs < timeUs || (aboveUs === timeUs && above < subject)) break;
      heap[at] = above;
      place[above] = at;
      at = parent;
    }
    heap[at] = subject;
    place[subject] = at;
  }

  private sink(subject: number, from: number): void {
    const { heap, place, times, size } = this;
    const timeUs = times[subject]!;
    let at = from;
    for (let child = 2 * at + 1; child < size; child = 2 * at + 1) {
      let below = heap[child]!;
      let belowUs = times[below]!;
      if (child + 1 < size) {
        const right = heap[child + 1]!;
        const rightUs = times[right]!;
        if (rightUs < belowUs || (rightUs === belowUs && right < below)) {
          child++;
          below = right;
          belowUs = rightUs;
        }
      }
      if (timeUs < belowUs || (timeUs === belowUs && subject < below)) break;
      heap[at] = below;
      place[below] = at;
      at = child;
    }
    heap[at] = subject;
    place[subject] = at;
  }

  private grow(): void {
    const size = this.times.length;
    const times = new Float64Array(2 * size).fill(Number.POSITIVE_INFINITY);
    const place = new Int32Array(2 * size).fill(-1);
    const heap = new Int32Array(2 * size);
    times.set(this.times);
    place.set(this.place);
    heap.set(this.heap);
    this.times = times;
    this.place = place;
    this.heap = heap;
  }
}
