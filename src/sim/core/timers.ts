/**
 * One alarm for each of n subjects, which may be set anew at any time; equal times go by subject. A heap with four
 * children to a place, times and subjects side by side, and the place of each subject kept, so that moving an alarm
 * leaves nothing dead behind.
 */
export class Timers {
  private times = new Float64Array(16);
  private subjects = new Int32Array(16);
  private size = 0;
  /** By subject; -1: no alarm. */
  private places = new Int32Array(16).fill(-1);
  /** The alarm taken last is still at the top: who is woken mostly sets its next alarm at once, and then only sinks. */
  private isTopTaken = false;

  get count(): number {
    return this.isTopTaken ? this.size - 1 : this.size;
  }

  /** When the first alarm goes off; Infinity: none is set. */
  get firstUs(): number {
    if (this.isTopTaken) this.removeTop();
    return this.size === 0 ? Number.POSITIVE_INFINITY : this.times[0]!;
  }

  /** Sets the subject's alarm, or moves it. */
  set(subject: number, timeUs: number): void {
    if (this.isTopTaken) {
      if (this.subjects[0] === subject) {
        this.isTopTaken = false;
        this.sink(subject, timeUs, 0);
        return;
      }
      this.removeTop();
    }
    while (subject >= this.places.length) this.growPlaces();
    const at = this.places[subject]!;
    if (at < 0) {
      if (this.size === this.times.length) this.growHeap();
      this.rise(subject, timeUs, this.size++);
    } else if (timeUs < this.times[at]!) {
      this.rise(subject, timeUs, at);
    } else {
      this.sink(subject, timeUs, at);
    }
  }

  /** Takes the first alarm off and returns its subject. */
  take(): number {
    if (this.isTopTaken) this.removeTop();
    this.isTopTaken = true;
    return this.subjects[0]!;
  }

  private removeTop(): void {
    this.isTopTaken = false;
    this.places[this.subjects[0]!] = -1;
    const last = --this.size;
    if (last > 0) this.sink(this.subjects[last]!, this.times[last]!, 0);
  }

  private rise(subject: number, timeUs: number, from: number): void {
    const { times, subjects } = this;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 2;
      const aboveUs = times[parent]!;
      if (aboveUs < timeUs || (aboveUs === timeUs && subjects[parent]! < subject)) break;
      this.put(subjects[parent]!, aboveUs, at);
      at = parent;
    }
    this.put(subject, timeUs, at);
  }

  private sink(subject: number, timeUs: number, from: number): void {
    const { times, subjects, size } = this;
    let at = from;
    for (let child = 4 * at + 1; child < size; child = 4 * at + 1) {
      let first = child;
      let firstUs = times[child]!;
      const end = Math.min(child + 4, size);
      for (let other = child + 1; other < end; other++) {
        const otherUs = times[other]!;
        if (otherUs < firstUs || (otherUs === firstUs && subjects[other]! < subjects[first]!)) {
          first = other;
          firstUs = otherUs;
        }
      }
      if (timeUs < firstUs || (timeUs === firstUs && subject < subjects[first]!)) break;
      this.put(subjects[first]!, firstUs, at);
      at = first;
    }
    this.put(subject, timeUs, at);
  }

  private put(subject: number, timeUs: number, at: number): void {
    this.times[at] = timeUs;
    this.subjects[at] = subject;
    this.places[subject] = at;
  }

  private growHeap(): void {
    const times = new Float64Array(2 * this.times.length);
    const subjects = new Int32Array(2 * this.subjects.length);
    times.set(this.times);
    subjects.set(this.subjects);
    this.times = times;
    this.subjects = subjects;
  }

  private growPlaces(): void {
    const places = new Int32Array(2 * this.places.length).fill(-1);
    places.set(this.places);
    this.places = places;
  }
}
