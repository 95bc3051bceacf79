/**
 * Which of n nodes has the least load, in O(log n) a change and O(1) a look: a binary heap of node numbers with
 * the place of each kept beside it. Equal loads go to the lower number.
 */
export class LoadIndex {
  private readonly heap: Int32Array;
  private readonly place: Int32Array;
  private readonly load: Float64Array;
  private size = 0;
  /** Places of the heap that a search has come to. */
  private readonly frontier: number[] = [];

  constructor(capacity: number) {
    this.heap = new Int32Array(capacity);
    this.place = new Int32Array(capacity).fill(-1);
    this.load = new Float64Array(capacity);
  }

  /** The least loaded node, or -1 when there is none. */
  get least(): number {
    return this.size === 0 ? -1 : this.heap[0]!;
  }

  get leastLoad(): number {
    return this.size === 0 ? Number.POSITIVE_INFINITY : this.load[this.heap[0]!]!;
  }

  /** Every node with the least load, in no particular order. */
  eachLeast(visit: (node: number) => void, at = 0): void {
    if (at >= this.size || this.load[this.heap[at]!]! > this.leastLoad) return;
    visit(this.heap[at]!);
    this.eachLeast(visit, 2 * at + 1);
    this.eachLeast(visit, 2 * at + 2);
  }

  /** The first node that suits, of the least loaded ones in order; -1: none of so many does. */
  find(suits: (node: number) => boolean, most: number): number {
    const { frontier } = this;
    frontier.length = 0;
    if (this.size > 0) frontier.push(0);
    for (let looked = 0; looked < most && frontier.length > 0; looked++) {
      const at = this.takeLeast();
      const node = this.heap[at]!;
      if (suits(node)) return node;
      if (2 * at + 1 < this.size) frontier.push(2 * at + 1);
      if (2 * at + 2 < this.size) frontier.push(2 * at + 2);
    }
    return -1;
  }

  /** Out of the frontier, which is short. */
  private takeLeast(): number {
    const { frontier, heap } = this;
    let least = 0;
    for (let i = 1; i < frontier.length; i++) {
      if (this.before(heap[frontier[i]!]!, heap[frontier[least]!]!)) least = i;
    }
    const at = frontier[least]!;
    frontier[least] = frontier[frontier.length - 1]!;
    frontier.length--;
    return at;
  }

  insert(node: number, load: number): void {
    this.load[node] = load;
    this.heap[this.size] = node;
    this.place[node] = this.size;
    this.rise(this.size++);
  }

  remove(node: number): void {
    const at = this.place[node]!;
    if (at < 0) return;
    this.place[node] = -1;
    const last = this.heap[--this.size]!;
    if (last === node) return;
    this.heap[at] = last;
    this.place[last] = at;
    this.rise(at);
    this.sink(this.place[last]!);
  }

  update(node: number, load: number): void {
    const at = this.place[node]!;
    const before = this.load[node]!;
    this.load[node] = load;
    if (at < 0) return;
    if (load < before) this.rise(at);
    else this.sink(at);
  }

  private before(a: number, b: number): boolean {
    const difference = this.load[a]! - this.load[b]!;
    return difference < 0 || (difference === 0 && a < b);
  }

  private rise(from: number): void {
    const node = this.heap[from]!;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = this.heap[parent]!;
      if (!this.before(node, above)) break;
      this.heap[at] = above;
      this.place[above] = at;
      at = parent;
    }
    this.heap[at] = node;
    this.place[node] = at;
  }

  private sink(from: number): void {
    const node = this.heap[from]!;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.size) break;
      if (child + 1 < this.size && this.before(this.heap[child + 1]!, this.heap[child]!)) child++;
      const below = this.heap[child]!;
      if (!this.before(below, node)) break;
      this.heap[at] = below;
      this.place[below] = at;
      at = child;
    }
    this.heap[at] = node;
    this.place[node] = at;
  }
}
