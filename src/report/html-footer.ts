import { formatCount } from '../models/units.js';
import type { Detail, Summary } from '../sim/summary.js';
import { formatDuration } from './format.js';
import { type Html, html } from './html-text.js';
import { sources } from './sources.js';
import { methodNotes, validityNotes } from './validity.js';

/** How to repeat the run, what it rests on, and how far to trust it. */
export function pageFooter(summary: Summary): Html {
  const { scenario, run, detail } = summary;
  const facts: [string, string][] = [
    ['Seed', scenario.seed],
    [
      'Simulated',
      `${formatDuration(run.simulatedSeconds)}, counted ${formatDuration(run.window.fromSeconds)} to ${formatDuration(run.window.toSeconds)}`,
    ],
    [
      'Size',
      `${formatCount(run.requests)} requests, ${formatCount(run.attempts)} attempts, ${formatCount(run.steps)} engine steps`,
    ],
    ['Scenario hash', scenario.hash],
    ['Version', `tiersim ${run.version}`],
    ['Fingerprint', run.fingerprint],
  ];
  const command = detail?.command ?? null;
  if (command !== null) facts.push(['Repeat', command]);
  const rows = facts.map(([term, value]) => html`<div><dt>${term}</dt><dd><code>${value}</code></dd></div>`);
  const notes = [...methodNotes(summary), ...validityNotes(summary)].map((note) => html`<li>${note}</li>`);
  return html`<footer><section><h2>How this was made</h2><dl class="facts">${rows}</dl></section><section><h2>How far to trust it</h2><ul class="notes">${notes}</ul></section>${sourceBlock(detail)}${scenarioBlock(detail)}</footer>`;
}

function sourceBlock(detail: Detail | null): Html | null {
  if (detail === null) return null;
  const items = sources(detail.scenario).map(({ subject, text }) => html`<li><b>${subject}</b> ${text}</li>`);
  return html`<section><h2>Sources</h2><ul class="notes">${items}</ul></section>`;
}

/** Filled by the page's script from the summary that the page carries: it is long, and need not be there twice. */
function scenarioBlock(detail: Detail | null): Html | null {
  if (detail === null) return null;
  return html`<section><h2>Scenario</h2><details><summary>As it ran, every default filled in</summary><pre id="scenario">In the data at the end of this page, under detail.scenario; shown here where scripts run.</pre></details></section>`;
}
