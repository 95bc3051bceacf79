import type { Summary } from '../sim/summary.js';
import { formatDuration, formatNumber, formatShare } from './format.js';
import type { Style } from './grid.js';
import { paint } from './paint.js';
import { sparkline, sumByGroups } from './sparkline.js';
import { padRight, printable, textWidth, truncate } from './text-width.js';

const NAME_COLUMNS_MAX = 16;
const PEAK_COLUMNS = 18;

/** Offered load and shed rate of each tier over the run as sparklines, each on its own scale with its peak. */
export function timeline(summary: Summary, style: Style): string[] {
  const { series } = summary;
  const tiers = Object.entries(series.tiers);
  const buckets = series.atSeconds.length;
  if (tiers.length === 0 || buckets === 0) return [];
  const names = tiers.map(([name]) => truncate(printable(name), NAME_COLUMNS_MAX));
  const nameColumns = Math.max(...names.map(textWidth));
  const columnsMax = Math.max(10, style.width - nameColumns - PEAK_COLUMNS - 6);
  const bucketsPerMark = Math.ceil(buckets / columnsMax);
  const secondsOfMarks = sumByGroups(
    series.atSeconds.map(() => series.bucketSeconds),
    bucketsPerMark,
  );
  const line = (name: string, values: readonly (number | null)[], peak: string) =>
    `  ${padRight(name, nameColumns)}  ${sparkline(values)}  ${peak}`;

  const load: string[] = [];
  const shed: string[] = [];
  tiers.forEach(([, tier], index) => {
    const sent = sumByGroups(tier.sent, bucketsPerMark);
    const perSecond = sent.map((count, column) => count / (secondsOfMarks[column] ?? 1));
    const busiest = Math.max(...perSecond);
    load.push(line(names[index] ?? '', perSecond, busiest === 0 ? 'none sent' : `peak ${formatNumber(busiest)}/s`));
    const lost = sumByGroups(tier.shed, bucketsPerMark);
    const rates = sent.map((count, column) => (count === 0 ? null : (lost[column] ?? 0) / count));
    const worst = Math.max(0, ...rates.map((rate) => rate ?? 0));
    shed.push(line(names[index] ?? '', rates, worst === 0 ? 'none shed' : `peak ${formatShare(worst)}`));
  });
  const scale = `a mark is ${formatDuration(series.bucketSeconds * bucketsPerMark)}, each line scaled to its peak`;
  return [
    `${paint('ATTEMPTS SENT', 'heading', style.color)}  ${paint(scale, 'faint', style.color)}`,
    ...load,
    paint('SHED RATE', 'heading', style.color),
    ...shed,
  ];
}
