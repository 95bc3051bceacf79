import type { ClientGroup } from '../../models/scenario.js';
import type { RateTable, RateWindow } from '../../models/trace.js';
import { zipfWeights } from '../core/distributions.js';
import { EventQueue } from '../core/event-queue.js';
import type { RandomStream } from '../core/random.js';
import { firstGap, type Gaps, gap, gapsOf } from './gaps.js';

/** One of many who send: a rate, a CV and a law that change from window to window. */
export interface ClientRates {
  readonly windows: readonly RateWindow[];
}

/** Which part of the clients' time is played, and how. */
export interface Playback {
  readonly speed: number;
  readonly scale: number;
  readonly fromUs: number;
  readonly toUs: number;
  readonly loop: boolean;
  /** Nothing is asked for at or beyond it. */
  readonly horizonUs: number;
}

/**
 * Many clients who send independently of one another, each a renewal process with its own random stream: a client more
 * or less leaves the others as they were.
 */
export class SuperposedArrivals {
  /** Who sent the arrival returned last. */
  client = -1;
  private readonly clients: readonly RenewalClient[];
  private readonly pending = new EventQueue();

  constructor(clients: readonly ClientRates[], playback: Playback, streamOf: (client: number) => RandomStream) {
    this.clients = clients.map(({ windows }, index) => new RenewalClient(windows, playback, streamOf(index)));
    for (let index = 0; index < this.clients.length; index++) this.schedule(index);
  }

  /** Simulated time of the next arrival, Infinity when there is none. */
  nextArrivalUs(): number {
    if (!this.pending.pop()) return Number.POSITIVE_INFINITY;
    this.client = this.pending.subject;
    const atUs = this.pending.timeUs;
    this.schedule(this.client);
    return atUs;
  }

  private schedule(client: number): void {
    const atUs = this.clients[client]!.nextUs();
    if (atUs !== Number.POSITIVE_INFINITY) this.pending.push(atUs, 0, 0, client);
  }
}

/** The clients of a scenario's groups: the rate of a group is shared out by Zipf's law. */
export function clientsOf(groups: readonly ClientGroup[]): ClientRates[] {
  return groups.flatMap(({ count, zipf, windows }) => {
    const weights = zipfWeights(count, zipf);
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return Array.from(weights, (weight) => ({
      windows: windows.map((window, index) => ({
        ...window,
        toUs: windows[index + 1]?.fromUs ?? Number.POSITIVE_INFINITY,
        perSecond: (window.perSecond * weight) / sum,
      })),
    }));
  });
}

/** The clients of a trace; rates in prompt tokens become requests of so many tokens in the mean. */
export function clientsOfTable(table: RateTable, meanInput: number): ClientRates[] {
  if (table.unit === 'requests') return [...table.clients];
  return table.clients.map(({ windows }) => ({
    windows: windows.map((window) => ({ ...window, perSecond: window.perSecond / meanInput })),
  }));
}

/**
 * One client. Chance and rate are kept apart, as in ArrivalProcess: gaps of mean 1 in the law of the window they begin
 * in count expected arrivals, and the windows' rates say when so many are expected.
 */
class RenewalClient {
  private gaps: Gaps | null = null;
  private window = 0;
  /** In the clients' time, less what earlier rounds of a loop took. */
  private atUs: number;
  private roundUs = 0;
  private isFirst = true;

  private readonly windows: readonly RateWindow[];

  constructor(
    windows: readonly RateWindow[],
    private readonly playback: Playback,
    private readonly stream: RandomStream,
  ) {
    const { fromUs, toUs } = playback;
    this.windows = windows
      .filter((window) => window.perSecond > 0 && window.fromUs < toUs && window.toUs > fromUs)
      .map((window) => {
        return { ...window, fromUs: Math.max(fromUs, window.fromUs), toUs: Math.min(toUs, window.toUs) };
      });
    this.atUs = this.windows[0]?.fromUs ?? 0;
  }

  /** Whole microseconds of simulated time. */
  nextUs(): number {
    const { fromUs, speed, horizonUs, scale } = this.playback;
    let expected = this.drawGap();
    for (;;) {
      const window = this.windows[this.window];
      const beganUs = (Math.max(this.atUs, window?.fromUs ?? 0) - fromUs + this.roundUs) / speed;
      if (window === undefined || beganUs >= horizonUs) return Number.POSITIVE_INFINITY;
      const perUs = (window.perSecond * scale) / 1e6;
      this.atUs = Math.max(this.atUs, window.fromUs);
      const left = (window.toUs - this.atUs) * perUs;
      if (expected < left) {
        this.atUs += expected / perUs;
        return Math.round((this.atUs - fromUs + this.roundUs) / speed);
      }
      expected -= left;
      this.passWindow();
    }
  }

  private passWindow(): void {
    const { loop, fromUs, toUs } = this.playback;
    this.gaps = null;
    this.window++;
    if (!loop || this.window < this.windows.length) return;
    this.window = 0;
    this.roundUs += toUs - fromUs;
    this.atUs = this.windows[0]!.fromUs;
  }

  private drawGap(): number {
    const window = this.windows[this.window];
    if (window === undefined) return 0;
    this.gaps ??= gapsOf(window.law, window.cv);
    const drawn = this.isFirst ? firstGap(this.gaps, this.stream) : gap(this.gaps, this.stream);
    this.isFirst = false;
    return drawn;
  }
}
