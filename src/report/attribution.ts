import type { Attribution, Estimate, TierCost } from '../plan/findings.js';
import { estimateText } from './figure-text.js';
import { formatNumber, formatShare } from './format.js';
import { cell, type GridRow, grid, type Style } from './grid.js';
import { paint } from './paint.js';
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

const ALONE = 'One tier is alone here: whatever the fleet costs, it costs for it.';

const PEAK =
  'Share of the peak says how much smaller a fleet that just meets the targets could be without the tier; use it to plan. Shares need not add up: tiers that peak at different times share capacity.';

function table({ tiers, currency, costCurrency }: Attribution, style: Style): string[] {
  const row = (label: string, read: (tier: TierCost) => string): GridRow => {
    return [cell(label), ...tiers.map((tier) => cell(read(tier)))];
  };
  const money = (estimated: Estimate | null): string => estimateText(estimated, 'currencyPerDay');
  const rows: GridRow[] = [
    [cell('A DAY', 'heading'), ...tiers.map(({ tier }) => cell(printable(tier), 'heading'))],
    row(`Billed ${currency}`, ({ billedPerDay }) => money(billedPerDay)),
    row(`Share of node time ${costCurrency}`, ({ byTimePerDay }) => money(byTimePerDay)),
    row(`Saved without it ${costCurrency}`, ({ marginalPerDay }) => money(marginalPerDay)),
    row('Saved without it kWh', ({ marginalKWhPerDay }) => estimateText(marginalKWhPerDay, 'kWhPerDay')),
  ];
  if (tiers.some(({ peakShare }) => peakShare !== null)) {
    rows.push(row('Share of the peak', ({ peakShare }) => (peakShare === null ? 'n/a' : formatShare(peakShare))));
  }
  rows.push(null);
  for (const { tier } of tiers) {
    rows.push(row(`p95 TTFT of ${printable(tier)}`, ({ others }) => effectOn(others.find((one) => one.tier === tier))));
  }
  return grid(rows, style);
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
