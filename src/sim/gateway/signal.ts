import type { SignalRules } from '../../models/provider.js';

/**
 * What admission sees of a signal: readings some time apart instead of the signal itself, their mean instead of the
 * last one, and once it has begun to shed, a threshold further down. Readings are taken when somebody asks in a new
 * period, so a period in which nobody comes costs nothing.
 */
export class Signal {
  private readonly periodUs: number;
  private period = -1;
  private readonly times: number[] = [];
  private readonly readings: number[] = [];
  private sum = 0;
  /** As it was when somebody asked last. */
  private level = 0;
  private isShedding = false;

  constructor(private readonly rules: SignalRules) {
    // A mean without a period of its own is taken over ten readings.
    this.periodUs = rules.scrapeUs > 0 ? rules.scrapeUs : Math.ceil(rules.averageUs / READINGS);
  }

  /** Null where nothing stands between a signal and admission. */
  static of(rules: SignalRules): Signal | null {
    return rules.scrapeUs === 0 && rules.averageUs === 0 && rules.hysteresis === 0 ? null : new Signal(rules);
  }

  /** Is the signal beyond its bound, as far as admission can see? `level` is the signal itself. */
  isBeyond(nowUs: number, level: number, bound: number): boolean {
    this.level = level;
    this.read(nowUs, level);
    const seen = this.sum / this.readings.length;
    this.isShedding = seen > (this.isShedding ? bound * (1 - this.rules.hysteresis) : bound);
    return this.isShedding;
  }

  /** When the next reading could say something else; Infinity: not before something happens, as without a period. */
  nextUs(nowUs: number): number {
    const { periodUs, readings, level } = this;
    return readings.every((reading) => reading === level)
      ? Number.POSITIVE_INFINITY
      : (Math.floor(nowUs / periodUs) + 1) * periodUs;
  }

  private read(nowUs: number, level: number): void {
    const { times, readings } = this;
    const period = Math.floor(nowUs / this.periodUs);
    if (this.periodUs > 0 && period === this.period) return;
    this.period = period;
    times.push(nowUs);
    readings.push(level);
    while (times.length > 1 && times[0]! <= nowUs - this.rules.averageUs) {
      times.shift();
      readings.shift();
    }
    // Summed anew: levels are no whole numbers, and what is taken off again would leave a trace.
    this.sum = readings.reduce((sum, reading) => sum + reading, 0);
  }
}

const READINGS = 10;
