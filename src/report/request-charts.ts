import { formatCount } from '../models/units.js';
import type { BlameBand, SampledAttempt, SampledRequest } from '../sim/summary.js';
import type { Chart, ChartRow, LegendEntry } from './chart.js';
import type { ChartInput, ChartTier } from './chart-kit.js';
import { formatMs, formatShare } from './format.js';
import { PHASE_LABELS, PHASES, type Phase, phaseColor } from './palette.js';
import { printable } from './text-width.js';

/** Where slow requests lose their time: to the first token, and to the last. */
export function blameChart(input: ChartInput, until: 'ttft' | 'e2e'): Chart {
  const { tiers } = input;
  const bands = tiers.map((tier) => tierBands(tier, until));
  const series = blameSeries(input, until);
  const rows: ChartRow[][] = bands.map((list) =>
    list.flatMap(({ label, band }) =>
      series.flatMap(({ name, read }, order) => {
        const value = read(band);
        if (value === 0) return [];
        return [{ category: `${label}  ${formatMs(band.meanMs)}`, series: name, value, order, label: formatMs(value) }];
      }),
    ),
  );
  return {
    id: `blame-${until}`,
    heading: until === 'ttft' ? 'Where the wait for the first token goes' : 'Where the whole time goes',
    note:
      until === 'ttft'
        ? 'Requests from fastest to slowest, counted from their first sending; each bar is the mean of its group, split into what it was spent on. Tier colours: waiting in a node’s queue while that tier’s prompts were let in.'
        : 'The same up to the last token, completed requests only. Others’ prompt chunks make the steps longer in which a request gets its tokens.',
    spec: 'parts',
    views: tiers.map(({ name }, i) => ({
      title: name,
      tier: name,
      rows: rows[i] ?? [],
      marks: [],
      height: 30 * (bands[i] ?? []).length + 8,
    })),
    legend: series.map(({ name, color }) => ({ series: name, color, tier: null })),
    isOverTime: false,
    format: formatMs,
    table: {
      head: ['tier', 'requests', 'n', 'mean', ...series.map(({ name }) => name)],
      rows: tiers.flatMap(({ name }, i) =>
        (bands[i] ?? []).map(({ label, band }) => [
          name,
          label,
          formatCount(band.n),
          formatMs(band.meanMs),
          ...series.map(({ read }) => formatMs(read(band))),
        ]),
      ),
    },
    columns: tiers.length === 1 ? 1 : 2,
  };
}

interface NamedBand {
  readonly label: string;
  readonly band: BlameBand;
}

function tierBands({ detail }: ChartTier, until: 'ttft' | 'e2e'): NamedBand[] {
  const named = detail.blame[until].map((band) => ({ label: bandLabel(band), band }));
  const { unanswered } = detail.blame;
  return until === 'e2e' || unanswered === null ? named : [...named, { label: 'no first token', band: unanswered }];
}

function bandLabel({ fromShare, toShare }: BlameBand): string {
  if (fromShare === 0) return toShare === 0.5 ? 'fastest half' : 'all';
  if (toShare === 1) return `slowest ${formatShare(1 - fromShare).replace('.00', '')}`;
  return `${Math.round(fromShare * 100)} to ${Math.round(toShare * 100)} %`;
}

interface BlameSeries {
  readonly name: string;
  readonly color: string;
  readonly read: (band: BlameBand) => number;
}

/** The parts that occur in any band, in the order in which they happen. */
function blameSeries({ tiers, summary }: ChartInput, until: 'ttft' | 'e2e'): BlameSeries[] {
  const phase = (name: Phase): BlameSeries => {
    return { name: PHASE_LABELS[name], color: phaseColor(name), read: ({ parts }) => parts[name] };
  };
  const behind = Object.keys(summary.tiers).map((key, i): BlameSeries => {
    return {
      name: `behind ${printable(key)}`,
      color: `var(--tier-${(i % 8) + 1})`,
      read: ({ parts }) => parts.behind[key] ?? 0,
    };
  });
  const before = PHASES.slice(0, PHASES.indexOf('queue')).map(phase);
  const after = PHASES.slice(PHASES.indexOf('queue')).map(phase);
  const bands = tiers.flatMap((tier) => tierBands(tier, until).map(({ band }) => band));
  return [...before, ...behind, ...after].filter(({ read }) => bands.some((band) => read(band) > 0));
}

const DOING: readonly { readonly name: string; readonly color: string }[] = [
  { name: 'earlier attempts', color: 'var(--phase-1)' },
  { name: 'held at the gateway', color: 'var(--phase-2)' },
  { name: 'waiting at a node', color: 'var(--phase-3)' },
  { name: 'prefill', color: 'var(--phase-4)' },
  { name: 'making tokens', color: 'var(--phase-7)' },
];

/** Requests of the sample, from their first sending. */
export function timelineChart({ tiers, detail }: ChartInput): Chart {
  const samples = tiers.map(({ name }) => detail.samples.filter(({ tier }) => printable(tier) === name));
  const label = ({ request, why }: SampledRequest): string => `#${request}${why === 'slowest' ? ' ▲' : ''}`;
  return {
    id: 'requests',
    heading: 'Some requests, one by one',
    note: 'Drawn by lot, each request of a tier with the same chance, and the four of each tier that waited longest for a first token (▲). From their first sending; each drawing has its own scale.',
    spec: 'timeline',
    views: tiers.map(({ name }, i) => {
      const list = samples[i] ?? [];
      return {
        title: name,
        tier: name,
        rows: list.flatMap((sample) => segments(sample).map((segment) => ({ category: label(sample), ...segment }))),
        marks: list.map((sample) => endMark(sample, label(sample))),
        height: 19 * list.length + 8,
      };
    }),
    legend: DOING.map(({ name, color }): LegendEntry => ({ series: name, color, tier: null })),
    isOverTime: false,
    format: formatMs,
    table: {
      head: [
        'tier',
        'request',
        'class',
        'sent',
        'prompt',
        'attempt',
        'served as',
        'pool',
        'node',
        'to node',
        'scheduled',
        'first token',
        'end',
        'tokens',
        'preemptions',
        'outcome',
      ],
      rows: tiers.flatMap(({ name }, i) =>
        (samples[i] ?? []).flatMap((sample) => sample.attempts.map((attempt) => sampleRow(name, sample, attempt))),
      ),
    },
    columns: tiers.length === 1 ? 1 : 2,
  };
}

function sampleRow(tier: string, sample: SampledRequest, attempt: SampledAttempt): string[] {
  const after = (ms: number | null): string => (ms === null ? '–' : `+${formatMs(ms - sample.sentMs)}`);
  return [
    tier,
    String(sample.request),
    printable(sample.class),
    formatMs(sample.sentMs),
    formatCount(sample.promptTokens),
    String(attempt.attempt),
    printable(attempt.servedAs),
    attempt.pool === null ? '–' : printable(attempt.pool),
    attempt.node === null ? '–' : String(attempt.node),
    after(attempt.atNodeMs),
    after(attempt.scheduledMs),
    after(attempt.firstTokenMs),
    after(attempt.endMs),
    formatCount(attempt.outputTokens),
    String(attempt.preemptions),
    attempt.cause === 'none' ? attempt.outcome : `${attempt.outcome}: ${printable(attempt.cause)}`,
  ];
}

/** From the first sending on, without gaps: what lies between attempts belongs to the earlier ones. */
function segments({ sentMs, attempts }: SampledRequest): ChartRow[] {
  const rows: ChartRow[] = [];
  let at = sentMs;
  const until = (ms: number | null, doing: number): void => {
    if (ms === null || ms <= at) return;
    const series = DOING[doing]?.name ?? '';
    rows.push({ series, from: at - sentMs, to: ms - sentMs, label: formatMs(ms - at) });
    at = ms;
  };
  for (const attempt of attempts) {
    const { atNodeMs, scheduledMs, firstTokenMs, endMs } = attempt;
    until(attempt.sentMs, 0);
    until(atNodeMs ?? endMs, 1);
    if (atNodeMs !== null) until(scheduledMs ?? endMs, 2);
    if (scheduledMs !== null) until(firstTokenMs ?? endMs, 3);
    until(endMs, 4);
  }
  return rows;
}

function endMark({ sentMs, attempts }: SampledRequest, category: string): ChartRow {
  const last = attempts.at(-1);
  const to = last === undefined ? 0 : last.endMs - sentMs;
  const isDone = last === undefined || last.outcome === 'completed';
  const label = isDone ? '' : `${last.outcome}: ${printable(last.cause)}`;
  return { category, to, label, room: isDone ? to : to * 1.5 };
}
