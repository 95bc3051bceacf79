import { formatCount } from '../models/units.js';
import { formatDuration } from '../report/format.js';
import { printable, truncate } from '../report/text-width.js';
import { DEFAULT_COLUMNS } from './terminal.js';

export interface Moment {
  readonly nowUs: number;
  readonly endUs: number;
  readonly requests: number;
}

const REDRAW_MS = 100;
const CLEAR_LINE = '\r\u001B[K';

/** One line on standard error that follows the run and disappears at its end. Draws nothing where nobody sees it. */
export class Progress {
  readonly #label: string;
  readonly #isLive: boolean;
  readonly #startedMs = performance.now();
  #drawnMs = Number.NEGATIVE_INFINITY;
  #isDrawn = false;

  constructor(label: string, isLive: boolean) {
    this.#label = label;
    this.#isLive = isLive;
  }

  update(moment: Moment): void {
    if (!this.#isLive) return;
    const nowMs = performance.now();
    if (nowMs - this.#drawnMs < REDRAW_MS) return;
    this.#drawnMs = nowMs;
    this.#isDrawn = true;
    const line = progressLine(this.#label, moment, (nowMs - this.#startedMs) / 1000);
    process.stderr.write(CLEAR_LINE + truncate(line, (process.stderr.columns || DEFAULT_COLUMNS) - 1));
  }

  clear(): void {
    if (this.#isDrawn) process.stderr.write(CLEAR_LINE);
    this.#isDrawn = false;
  }
}

/** Label, percent, simulated time, requests per second of wall time, time left at the pace so far. */
export function progressLine(label: string, moment: Moment, elapsedSeconds: number): string {
  const share = moment.endUs > 0 ? Math.min(1, moment.nowUs / moment.endUs) : 1;
  const parts = [
    printable(label),
    `${Math.floor(share * 100)} %`,
    `${formatDuration(Math.floor(moment.nowUs / 1e6))} of ${formatDuration(moment.endUs / 1e6)}`,
    `${formatCount(moment.requests / Math.max(elapsedSeconds, 0.001))} requests/s`,
  ];
  if (share > 0 && share < 1)
    parts.push(`about ${formatDuration(Math.ceil((elapsedSeconds * (1 - share)) / share))} left`);
  return parts.join('  ');
}
