import { formatCount } from '../models/units.js';
import { formatDuration, formatNumber } from '../report/format.js';
import { printable } from '../report/text-width.js';

export interface Moment {
  readonly nowUs: number;
  readonly endUs: number;
  readonly requests: number;
}

/** Of one run: label, percent, simulated time, requests per second of wall time, time left at the pace so far. */
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

export interface RunCounts {
  readonly done: number;
  /** Of the done: those that an earlier start had made. */
  readonly resumed: number;
  readonly running: number;
  /** Asked for so far; a search asks for more as it goes. */
  readonly total: number;
}

/** Of many runs: label, how many are done and running, runs per second of wall time, time left for what was asked. */
export function manyRunsLine(label: string, counts: RunCounts, elapsedSeconds: number): string {
  const { done, resumed, running, total } = counts;
  const rate = (done - resumed) / Math.max(elapsedSeconds, 0.001);
  const parts = [
    printable(label),
    `${formatCount(done)} of ${formatCount(total)} runs`,
    `${running} running`,
    `${formatNumber(rate)} runs/s`,
  ];
  if (resumed > 0) parts.push(`${formatCount(resumed)} from before`);
  if (rate > 0 && done < total) parts.push(`about ${formatDuration(Math.ceil((total - done) / rate))} left`);
  return parts.join('  ');
}
