/** Requests of a recorded trace, in order of time; one typed array a column. */
export interface TraceRows {
  /** Whole microseconds since the first row. */
  readonly atUs: Float64Array;
  readonly input: Int32Array;
  readonly output: Int32Array;
}

/** Replays rows from `fromUs` up to `toUs` of the trace, `speed` times as fast. */
export class TraceReplay {
  private next: number;
  private readonly end: number;
  /** The row behind the arrival returned last. */
  row = -1;

  constructor(
    readonly rows: TraceRows,
    private readonly speed: number,
    private readonly fromUs: number,
    toUs: number | null,
  ) {
    this.next = firstAtOrAfter(rows.atUs, fromUs);
    this.end = toUs === null ? rows.atUs.length : firstAtOrAfter(rows.atUs, toUs);
  }

  /** Simulated time of the next row's arrival, or Infinity after the last. */
  nextArrivalUs(): number {
    if (this.next >= this.end) return Number.POSITIVE_INFINITY;
    this.row = this.next++;
    return Math.round((this.rows.atUs[this.row]! - this.fromUs) / this.speed);
  }
}

function firstAtOrAfter(times: Float64Array, atUs: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < atUs) low = middle + 1;
    else high = middle;
  }
  return low;
}
