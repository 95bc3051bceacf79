import type { Attribution, Estimate, TierCost } from '../plan/findings.js';
import { estimateText } from './figure-text.js';
import { formatNumber, formatShare } from './format.js';
import { cell, type GridRow, grid, type Style } from './grid.js';
import { markdownTable, markdownText } from './markdown-text.js';
import { paint } from './paint.js';
import { studyPage, tableSection } from './study-page.js';
import { printable, wrap } from './text-width.js';

/** What each tier costs, and which of the figures answers which question. */
export function renderAttribution(attribution: Attribution, style: Style): string {
  const { name, about, tiers, seed, version } = attribution;
  const lines = [
    paint(`${printable(name)}: what each tier costs`, 'heading', style.color),
    ...wrap(printable(about), style.width),
    '',
    ...(tiers.length === 0 ? wrap(ALONE, style.width) : [...table(attribution, style), '']),
    ...sentences(attribution).flatMap((sentence) => wrap(sentence, style.width)),
    paint(`seed ${printable(seed)} · tiersim ${printable(version)}`, 'faint', style.color),
  ];
  return `${lines.join('\n')}\n`;
}

/** The same as Markdown. */
export function attributionMarkdown(attribution: Attribution): string {
  const { name, about, seed, version } = attribution;
  const { tiers, figures, effects } = costTable(attribution);
  const table = markdownTable(['a day', ...tiers], [...figures, ...effects], 1);
  return [
    `# ${markdownText(name)}: what each tier costs`,
    '',
    ...(about === '' ? [] : [markdownText(about), '']),
    ...(tiers.length === 0 ? [ALONE, ''] : table),
    ...sentences(attribution).map((sentence) => `- ${sentence}`),
    '',
    `seed ${markdownText(seed)} · tiersim ${markdownText(version)}`,
    '',
  ].join('\n');
}

/** The same as a page. */
export function attributionPage(attribution: Attribution, style: string, command: string | null = null): string {
  const { name, about, hash } = attribution;
  const { tiers, figures, effects } = costTable(attribution);
  return studyPage(
    {
      name,
      heading: 'What each tier costs',
      about,
      answer: [...(tiers.length === 0 ? [ALONE] : []), ...sentences(attribution)],
      sections:
        tiers.length === 0
          ? []
          : [
              tableSection('A day', ['', ...tiers], figures),
              tableSection('Times as long without the tier on top', ['', ...tiers], effects),
            ],
      made: { ...attribution, hashes: [hash], command },
    },
    style,
  );
}

const ALONE = 'One tier is alone here: whatever the fleet costs, it costs for it.';

const PEAK =
  'Share of the peak says how much smaller a fleet that just meets the targets could be without the tier; use it to plan. Shares need not add up: tiers that peak at different times share capacity.';

/** The columns are tiers, the rows figures of them, `effects` what the absence of one does to the others. */
interface CostTable {
  readonly tiers: readonly string[];
  readonly figures: readonly TableRow[];
  readonly effects: readonly TableRow[];
}

type TableRow = readonly [label: string, ...cells: string[]];

function costTable({ tiers, currency, costCurrency }: Attribution): CostTable {
  const row = (label: string, read: (tier: TierCost) => string): TableRow => [label, ...tiers.map(read)];
  const money = (estimated: Estimate | null): string => estimateText(estimated, 'currencyPerDay');
  const share = ({ peakShare }: TierCost): string => (peakShare === null ? 'n/a' : formatShare(peakShare));
  const hasPeak = tiers.some(({ peakShare }) => peakShare !== null);
  return {
    tiers: tiers.map(({ tier }) => printable(tier)),
    figures: [
      row(`Billed ${currency}`, ({ billedPerDay }) => money(billedPerDay)),
      row(`Share of node time ${costCurrency}`, ({ byTimePerDay }) => money(byTimePerDay)),
      row(`Saved without it ${costCurrency}`, ({ marginalPerDay }) => money(marginalPerDay)),
      row('Saved without it kWh', ({ marginalKWhPerDay }) => estimateText(marginalKWhPerDay, 'kWhPerDay')),
      ...(hasPeak ? [row('Share of the peak', share)] : []),
    ],
    effects: tiers.map(({ tier }) =>
      row(`p95 TTFT of ${printable(tier)}`, ({ others }) => effectOn(others.find((one) => one.tier === tier))),
    ),
  };
}

function table(attribution: Attribution, style: Style): string[] {
  const { tiers, figures, effects } = costTable(attribution);
  const line = (row: TableRow): GridRow => row.map((text) => cell(text));
  const head = ['A DAY', ...tiers].map((text) => cell(text, 'heading'));
  return grid([head, ...figures.map(line), null, ...effects.map(line)], style);
}

/** `x0.83` of what it is now. */
function effectOn(other: TierCost['others'][number] | undefined): string {
  return other === undefined ? '' : `x${formatNumber(other.ttftP95.ratio)}`;
}

function sentences({ runs, tiers }: Attribution): string[] {
  const isFixed = tiers.length > 0 && tiers.every(({ marginalPerDay }) => marginalPerDay?.mean === 0);
  return [
    `${runs} ${runs === 1 ? 'run' : 'runs'} of the whole and without each tier, all others sending the same requests; ± is 95 %.`,
    'Share of node time says who occupied the machines; use it to report. Saved without it says what the tier adds to the bill as things are; use it to decide whether to keep it.',
    ...(isFixed
      ? [
          'The fleet has the same size with and without each of them, so nothing is saved: what a tier costs is then the capacity it needs, see --peak.',
        ]
      : []),
    ...(tiers.some(({ peakShare }) => peakShare !== null) ? [PEAK] : []),
    'Lower rows: what the absence of the tier above makes of the p95 TTFT of the one at the left.',
  ];
}
