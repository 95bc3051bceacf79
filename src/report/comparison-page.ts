import type { ComparedVariant, Comparison } from '../plan/findings.js';
import { changeLines } from './changes.js';
import { markdownCells, OF_OFFERED, runsSentence, shownFigures } from './comparison.js';
import { figureLabel } from './figure-text.js';
import { type Html, html } from './html-text.js';
import { roundLogTicks, tickText } from './round-ticks.js';
import { sentences } from './sentences.js';
import { drawingSection, studyPage, tableSection } from './study-page.js';
import { printable } from './text-width.js';

/** A comparison as a page: for each variant what changed, what it did, and the figures on both sides. */
export function comparisonPage(comparison: Comparison, style: string, command: string | null = null): string {
  const { base, variants } = comparison;
  const name = `${base.label} against ${variants.map(({ label }) => label).join(', ')}`;
  return studyPage(
    {
      name,
      heading: base.about === '' ? name : base.about,
      about: runsSentence(comparison),
      answer: [
        ...variants.map((variant) => `${variant.label}: ${inShort(sentences(variant, comparison))}.`),
        OF_OFFERED,
      ],
      sections: variants.flatMap((variant) => variantSections(variant, comparison)),
      made: { ...comparison, hashes: [base.hash, ...variants.map(({ hash }) => hash)], command },
    },
    style,
  );
}

/** The first of them; all stand below. */
function inShort(sentences: readonly string[]): string {
  const most = 4;
  const more = sentences.length - most;
  return sentences.slice(0, most).join('; ') + (more > 0 ? `; and ${more} more` : '');
}

function variantSections(variant: ComparedVariant, comparison: Comparison): (Html | null)[] {
  const label = printable(variant.label);
  const changes = changeLines(variant.changes).map(
    (line) => html`${line}
`,
  );
  const done = sentences(variant, comparison).map((sentence) => html`<li>${sentence}</li>`);
  const rows = shownFigures(variant).map((figure) => {
    const [scope = '', name = '', ...cells] = markdownCells(figure, variant);
    return [`${scope} ${name}`, ...cells.map((text) => text.replaceAll('\\', ''))];
  });
  return [
    html`<section><h2>${label}</h2><pre>${changes}</pre><ul>${done}</ul></section>`,
    drawingSection(
      `${label}: latencies after over before`,
      'Bars are 95 % intervals; left of the line is faster.',
      ratioDrawing(variant),
    ),
    tableSection(
      `${label}: figures`,
      ['figure', 'before', 'after', 'difference', '95 % interval', 'significant'],
      rows,
    ),
  ];
}

/** As wide as the page shows it. */
const WIDTH = 520;
const LEFT = 170;
const ROW = 20;

/** How many times as long, tier by tier, on a logarithmic axis around 1. */
function ratioDrawing(variant: ComparedVariant): Html[] {
  const ratios = shownFigures(variant).flatMap(({ scope, figure, unit, ratio }) => {
    if (unit !== 'ms' || ratio === null) return [];
    return [
      {
        name: `${printable(scope)} ${figureLabel(figure)}`,
        ...ratio,
        low: ratio.low ?? ratio.ratio,
        high: ratio.high ?? ratio.ratio,
      },
    ];
  });
  if (ratios.length === 0) return [];
  const lowest = Math.min(0.95, ...ratios.map(({ low }) => low * 0.95));
  const highest = Math.max(1.05, ...ratios.map(({ high }) => high * 1.05));
  const x = (value: number): number =>
    LEFT + (Math.log(value / lowest) / Math.log(highest / lowest)) * (WIDTH - LEFT - 12);
  const at = (value: number): string => value.toFixed(1);
  const lines = ratios.map(({ name, ratio, low, high }, row) => {
    const y = 24 + row * ROW;
    const color = low > 1 ? 'var(--bad)' : high < 1 ? 'var(--good)' : 'var(--soft)';
    return html`<g><title>${name}: ${ratio.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})</title><text x="${LEFT - 8}" y="${y + 4}" text-anchor="end" fill="var(--ink)">${name}</text><line x1="${at(x(low))}" x2="${at(x(high))}" y1="${y}" y2="${y}" stroke="${color}" stroke-width="2"/><circle cx="${at(x(ratio))}" cy="${y}" r="4" fill="${color}"/></g>`;
  });
  const bottom = 24 + ratios.length * ROW;
  const ticks = roundLogTicks(lowest, highest).map(
    (value) =>
      html`<text x="${at(x(value))}" y="${bottom + 12}" text-anchor="middle" fill="var(--soft)">${tickText(value)}×</text>`,
  );
  const rules = roundLogTicks(lowest, highest).map(
    (value) => html`<line x1="${at(x(value))}" x2="${at(x(value))}" y1="10" y2="${bottom}" stroke="var(--rule)"/>`,
  );
  return [
    html`<svg class="wide" viewBox="0 0 ${WIDTH} ${bottom + 18}" role="img" aria-label="Latencies after over before, with intervals">${rules}<line x1="${at(x(1))}" x2="${at(x(1))}" y1="10" y2="${bottom}" stroke="var(--soft)"/>${lines}${ticks}</svg>`,
  ];
}
