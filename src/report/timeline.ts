import type { Series, Summary } from '../sim/summary.js';
import { formatDuration, formatMs, formatNumber, formatShare } from './format.js';
import type { Style } from './grid.js';
import { paint } from './paint.js';
import { sparkline, sumByGroups } from './sparkline.js';
import { padRight, printable, textWidth, truncate, wrap } from './text-width.js';

const NAME_COLUMNS_MAX = 16;
const PEAK_COLUMNS = 18;

/** One tier over time, a value a mark. */
interface TierLine {
  readonly name: string;
  readonly values: readonly (number | null)[];
  readonly peak: number;
}

interface Chart {
  readonly heading: string;
  readonly format: (peak: number) => string;
  /** Said of the tiers that have nothing to draw. */
  readonly nothing: string;
  readonly valuesOf: (tier: Series['tiers'][string]) => readonly (number | null)[];
}

/** Offered load, time to first token and shed rate of each tier over the run, each line on its own scale. */
export function timeline(summary: Summary, style: Style): string[] {
  const { series } = summary;
  const asked = Object.entries(series.tiers).filter(([, { sent }]) => sent.some((count) => count > 0));
  const names = asked.map(([name]) => truncate(printable(name), NAME_COLUMNS_MAX));
  const buckets = series.atSeconds.length;
  if (names.length === 0 || buckets === 0) return [];
  const nameColumns = Math.max(...names.map(textWidth));
  const groupSize = Math.ceil(buckets / Math.max(10, style.width - nameColumns - PEAK_COLUMNS - 6));
  const scale = `a mark is ${formatDuration(series.bucketSeconds * groupSize)}, each line scaled to its peak`;
  const lines = charts(series, groupSize).flatMap((chart, index) => {
    const heading = paint(chart.heading, 'heading', style.color);
    const tiers = asked.map(([, tier], place) => tierLine(names[place] ?? '', chart.valuesOf(tier)));
    return [index === 0 ? `${heading}  ${paint(scale, 'faint', style.color)}` : heading, ...draw(chart, tiers)];
  });
  return lines;

  function draw({ format, nothing }: Chart, tiers: readonly TierLine[]): string[] {
    const drawn = tiers.filter(({ peak }) => peak > 0);
    const flat = tiers.filter(({ peak }) => peak === 0).map(({ name }) => name);
    const flatLines = flat.length === 0 ? [] : wrap(`${nothing}: ${flat.join(', ')}`, style.width - 2);
    return [
      ...drawn.map(
        ({ name, values, peak }) => `  ${padRight(name, nameColumns)}  ${sparkline(values)}  peak ${format(peak)}`,
      ),
      ...flatLines.map((line) => `  ${line}`),
    ];
  }
}

function charts(series: Series, groupSize: number): Chart[] {
  const secondsOfMarks = sumByGroups(
    series.atSeconds.map(() => series.bucketSeconds),
    groupSize,
  );
  return [
    {
      heading: 'ATTEMPTS SENT',
      format: (peak) => `${formatNumber(peak)}/s`,
      nothing: 'none sent',
      valuesOf: ({ sent }) => sumByGroups(sent, groupSize).map((count, mark) => count / (secondsOfMarks[mark] ?? 1)),
    },
    {
      heading: 'TTFT, MEAN',
      format: formatMs,
      nothing: 'no first token',
      valuesOf: ({ ttftMeanMs }) => meanByGroups(ttftMeanMs, groupSize),
    },
    {
      heading: 'SHED RATE',
      format: formatShare,
      nothing: 'none shed',
      valuesOf: ({ sent, shed }) => {
        const lost = sumByGroups(shed, groupSize);
        return sumByGroups(sent, groupSize).map((count, mark) => (count === 0 ? null : (lost[mark] ?? 0) / count));
      },
    },
  ];
}

function tierLine(name: string, values: readonly (number | null)[]): TierLine {
  return { name, values, peak: Math.max(0, ...values.map((value) => value ?? 0)) };
}

/** Means of so many neighbours each, those without a value left out; null where none has one. */
function meanByGroups(values: readonly (number | null)[], groupSize: number): (number | null)[] {
  const sums = sumByGroups(
    values.map((value) => value ?? 0),
    groupSize,
  );
  const counts = sumByGroups(
    values.map((value) => (value === null ? 0 : 1)),
    groupSize,
  );
  return sums.map((sum, mark) => ((counts[mark] ?? 0) === 0 ? null : sum / (counts[mark] ?? 1)));
}
