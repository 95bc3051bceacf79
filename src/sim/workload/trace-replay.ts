import type { RequestTable } from '../../models/trace.js';
import type { RandomStream } from '../core/random.js';
import type { Playback } from './superposed.js';

export interface ReplayOptions extends Playback {
  /** Rows that share an instant are spread over so long from it on, but not beyond the next. */
  readonly spreadUs: number;
  /** By label: whether its rows are played; null: all are. */
  readonly isPlayed: readonly boolean[] | null;
}

/**
 * Replays rows from `fromUs` up to `toUs` of the trace, `speed` times as fast. With `scale`, each row is played so many
 * times in the mean: the whole part for certain and the rest by chance, at its own time first and then at random times
 * before the next row.
 */
export class TraceReplay {
  /** The row behind the arrival returned last; which time it is played, and in which round of a loop. */
  row = -1;
  copy = 0;
  round = 0;
  private readonly start: number;
  private readonly end: number;
  private readonly periodUs: number;
  private next: number;
  private nextRound = 0;
  /** Arrivals of the instant under way: time since `fromUs`, row, copy; in order of `order`. */
  private readonly offsetUs: number[] = [];
  private readonly rows: number[] = [];
  private readonly copies: number[] = [];
  private readonly order: number[] = [];
  private given = 0;

  constructor(
    readonly table: RequestTable,
    private readonly options: ReplayOptions,
    /** Apart, so that playing rows more often leaves the spread of each first time as it was. */
    private readonly streams: {
      readonly scale: RandomStream;
      readonly spread: RandomStream;
      readonly copies: RandomStream;
    },
  ) {
    const { fromUs, toUs } = options;
    this.start = firstAtOrAfter(table.atUs, fromUs);
    this.end = firstAtOrAfter(table.atUs, toUs);
    this.periodUs = periodUs(table, fromUs, toUs);
    this.next = this.start;
  }

  /** Simulated time of the next row's arrival, or Infinity after the last. */
  nextArrivalUs(): number {
    if (this.given === this.order.length) {
      if (this.isNextAlone()) return this.pass();
      while (this.given === this.order.length) if (!this.gather()) return Number.POSITIVE_INFINITY;
    }
    const place = this.order[this.given++]!;
    this.row = this.rows[place]!;
    this.copy = this.copies[place]!;
    this.round = this.nextRound;
    return Math.round((this.offsetUs[place]! + this.nextRound * this.periodUs) / this.options.speed);
  }

  /** The usual case: it is played once, and has its instant to itself. */
  private isNextAlone(): boolean {
    const { next, end } = this;
    const { atUs, label } = this.table;
    if (next >= end || this.options.scale !== 1 || (next + 1 < end && atUs[next + 1] === atUs[next])) return false;
    return this.options.isPlayed === null || this.options.isPlayed[label![next]!]!;
  }

  private pass(): number {
    const { fromUs, speed, horizonUs } = this.options;
    this.row = this.next++;
    this.copy = 0;
    this.round = this.nextRound;
    const arrivalUs = (this.table.atUs[this.row]! - fromUs + this.nextRound * this.periodUs) / speed;
    return arrivalUs >= horizonUs ? Number.POSITIVE_INFINITY : Math.round(arrivalUs);
  }

  /** Draws the arrivals of the next instant, perhaps none; false: there is no further one in time. */
  private gather(): boolean {
    const { options, table } = this;
    if (this.next === this.end) {
      if (!options.loop || this.start === this.end) return false;
      this.next = this.start;
      this.nextRound++;
    }
    const instantUs = table.atUs[this.next]!;
    const sinceUs = instantUs - options.fromUs;
    if ((sinceUs + this.nextRound * this.periodUs) / options.speed >= options.horizonUs) return false;
    const first = this.next;
    while (this.next < this.end && table.atUs[this.next] === instantUs) this.next++;
    const untilUs = this.next < this.end ? table.atUs[this.next]! - options.fromUs : this.periodUs;
    for (const list of [this.offsetUs, this.rows, this.copies, this.order]) list.length = 0;
    this.given = 0;
    const spreadUs = this.next - first > 1 ? Math.min(options.spreadUs, untilUs - sinceUs) : 0;
    for (let row = first; row < this.next; row++) this.gatherRow(row, sinceUs, spreadUs, untilUs - sinceUs);
    if (this.order.length > 1) this.order.sort((a, b) => this.offsetUs[a]! - this.offsetUs[b]! || a - b);
    return true;
  }

  private gatherRow(row: number, sinceUs: number, spreadUs: number, gapUs: number): void {
    const { scale, isPlayed } = this.options;
    if (isPlayed !== null && !isPlayed[this.table.label![row]!]) return;
    const whole = Math.floor(scale);
    const times = scale === whole ? whole : whole + (this.streams.scale.uniform() < scale - whole ? 1 : 0);
    for (let copy = 0; copy < times; copy++) {
      const withinUs = copy > 0 ? gapUs : spreadUs;
      this.order.push(this.order.length);
      this.rows.push(row);
      this.copies.push(copy);
      this.offsetUs.push(
        withinUs === 0 ? sinceUs : sinceUs + withinUs * this.streams[copy > 0 ? 'copies' : 'spread'].uniform(),
      );
    }
  }
}

/** How long one round of a loop lasts: to `toUs`, or a mean gap beyond the last row. */
export function periodUs(table: RequestTable, fromUs: number, toUs: number): number {
  if (toUs !== Number.POSITIVE_INFINITY) return toUs - fromUs;
  const start = firstAtOrAfter(table.atUs, fromUs);
  const last = table.rows - 1;
  if (last <= start) return 0;
  const spanUs = table.atUs[last]! - table.atUs[start]!;
  return table.atUs[last]! - fromUs + Math.round(spanUs / (last - start));
}

export function firstAtOrAfter(times: Float64Array, atUs: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < atUs) low = middle + 1;
    else high = middle;
  }
  return low;
}
