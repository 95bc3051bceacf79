import { formatCount } from '../models/units.js';
import type { Summary } from '../sim/summary.js';
import { answer } from './answer.js';
import { formatDuration, formatMoney, formatMs, formatNumber, formatShare } from './format.js';
import { pageFooter } from './html-footer.js';
import { Html, html, scriptJson } from './html-text.js';
import { compactSummary } from './json.js';
import { pageHead } from './page-head.js';
import { colorVariables, TIER_COLORS } from './palette.js';
import { nodesText } from './pool-nodes.js';
import { sha256Base64 } from './sha256-base64.js';
import { type MetricTable, metricTable } from './tier-table.js';
import { actualText } from './verdicts.js';

/** The page's own program and style, made when the package is built. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

export interface HtmlOptions {
  /** The report as terminal text, for readers without script. */
  readonly text: string;
  readonly assets: PageAssets;
}

/** The whole report as one file that asks nobody for anything. */
export function renderHtml(exact: Summary, { text, assets }: HtmlOptions): string {
  // As a file of it would be, so that a page made from the file is the same.
  const summary = compactSummary(exact);
  const style = colorVariables() + assets.style;
  const policy = `default-src 'none'; script-src 'sha256-${sha256Base64(assets.script)}'; style-src 'sha256-${sha256Base64(style)}'; img-src data: blob:; base-uri 'none'; form-action 'none'`;
  const { scenario } = summary;
  const page = html`${pageHead({ title: scenario.name, version: summary.run.version, policy, style })}
<body>
<header class="top">
<p class="over"><span class="brand">tiersim</span> ${scenario.name}</p>
<h1>${scenario.about === '' ? scenario.name : scenario.about}</h1>
${partial(summary)}
${answerBlock(summary)}
${keyFigures(summary)}
</header>
<main>
${targetBlock(summary)}
${tierBlock(summary)}
<div class="bar"><div id="tiers-shown" role="group" aria-label="Tiers shown in the charts"></div><nav id="chart-sections" aria-label="Sections of charts"></nav></div>
<div id="charts"></div>
<noscript><section><h2>The report as text</h2><p>The charts need script.</p><pre>${text}</pre></section></noscript>
${noDetail(summary)}
${poolBlock(summary)}
${warningBlock(summary)}
</main>
${pageFooter(summary)}
<script type="application/json" id="summary">${scriptJson(summary)}</script>
<script>${new Html(assets.script)}</script>
</body>
</html>
`;
  return page.text;
}

function partial({ run }: Summary): Html | null {
  if (run.complete) return null;
  return html`<p class="partial">Partial: the run was interrupted after ${formatDuration(run.simulatedSeconds)} of simulated time; every figure covers only that part.</p>`;
}

function answerBlock(summary: Summary): Html {
  const { isMet, sentences } = answer(summary);
  const word =
    isMet === null ? null : html`<strong class="${isMet ? 'good' : 'bad'}">${isMet ? 'Yes.' : 'No.'}</strong> `;
  return html`<p class="answer">${word}${sentences.join(' ')}</p>`;
}

/** A few large numbers: how much, how fast, what it costs. */
function keyFigures(summary: Summary): Html {
  const { total, run, currency, costCurrency } = summary;
  const seconds = Math.max(1e-9, run.window.toSeconds - run.window.fromSeconds);
  const figures: [label: string, value: string, note: string][] = [
    ['Offered', `${formatNumber(total.requests / seconds)}/s`, `${formatCount(total.requests)} requests`],
    ['Completed', total.successRate === null ? 'n/a' : formatShare(total.successRate), 'of all requests'],
    [
      'Shed',
      total.shedRate === null ? 'n/a' : formatShare(total.shedRate),
      `of ${formatCount(total.attempts)} attempts`,
    ],
    ['TTFT p95', total.ttftMs.p95 === null ? 'n/a' : formatMs(total.ttftMs.p95), `n ${formatCount(total.ttftMs.n)}`],
    ['Output', `${formatNumber(total.outputTokPerSec)} tok/s`, `${formatCount(total.outputTokens)} tokens`],
    ['Billed', formatMoney(total.billed), currency],
    [
      'Cost per Mtok',
      total.usdPerMTok === null ? 'n/a' : formatNumber(total.usdPerMTok),
      costCurrency ?? 'no price known',
    ],
    [
      'Energy',
      total.joulesPerOutputToken === null ? 'n/a' : `${formatNumber(total.joulesPerOutputToken)} J`,
      total.joulesPerOutputToken === null ? 'no output tokens' : 'per output token',
    ],
  ];
  const items = figures.map(
    ([label, value, note]) => html`<div><dt>${label}</dt><dd>${value}<small>${note}</small></dd></div>`,
  );
  return html`<dl class="figures">${items}</dl>`;
}

function targetBlock({ targets }: Summary): Html | null {
  if (targets.length === 0) return null;
  const rows = targets.map((target) => {
    const { passed, error, n } = target;
    const mark = passed ? html`<span class="good">✓ met</span>` : html`<span class="bad">✗ missed</span>`;
    const actual = error === null ? actualText(target) : 'not judged';
    return html`<tr><td>${mark}</td><th scope="row"><code>${target.target}</code></th><td class="number">${actual}</td><td class="number">${formatCount(n)}</td><td>${error ?? ''}</td></tr>`;
  });
  return html`<section><h2>Targets</h2><div class="table-box" tabindex="0" role="region" aria-label="Targets"><table><thead><tr><th scope="col">verdict</th><th scope="col">target</th><th scope="col" class="number">actual</th><th scope="col" class="number">n</th><th scope="col">remark</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function tierBlock(summary: Summary): Html {
  const table = metricTable(summary);
  const order = Object.keys(summary.tiers);
  const heads = table.columns.map(({ key, name }) => {
    const line = key === null ? '' : `line-${(order.indexOf(key) % TIER_COLORS) + 1}`;
    return html`<th scope="col" class="number ${line}">${name}</th>`;
  });
  return html`<section><h2>Tiers side by side</h2><div class="table-box" tabindex="0" role="region" aria-label="Tiers side by side"><table class="tiers"><thead><tr><td></td>${heads}</tr></thead>${bodies(table)}</table></div><ul class="notes">${table.notes.map((note) => html`<li>${note}</li>`)}</ul></section>`;
}

function bodies({ groups }: MetricTable): Html[] {
  return groups.map((rows) => {
    const lines = rows.map(({ label, cells }) => {
      const values = cells.map((text) => html`<td class="number">${text ?? 'n/a'}</td>`);
      return html`<tr><th scope="row" class="${label.startsWith(' ') ? 'inner' : ''}">${label.trim()}</th>${values}</tr>`;
    });
    return html`<tbody>${lines}</tbody>`;
  });
}

function noDetail(summary: Summary): Html | null {
  if (summary.detail !== null) return null;
  return html`<section><p class="note">This summary holds no detail, so there are no charts: run the scenario again to get them.</p></section>`;
}

function poolBlock(summary: Summary): Html {
  const rows = Object.entries(summary.pools).map(([name, pool]) => {
    return html`<tr><th scope="row">${name}</th><td>${pool.model}</td><td>${pool.hardware}</td><td class="number">${nodesText(pool, summary.run)}</td><td class="number">${formatNumber(pool.meanRunning)}</td><td class="number">${formatNumber(pool.meanWaiting)}</td><td class="number">${formatShare(pool.meanKvUse)}</td><td class="number">${formatCount(pool.preemptions)}</td><td class="number">${formatShare(pool.busyShare)}</td><td class="number">${pool.prefixHitShare === null ? '–' : formatShare(pool.prefixHitShare)}</td><td class="number">${pool.meanWatts === null ? 'n/a' : formatNumber(pool.meanWatts)}</td><td class="number">${pool.cost === null ? 'no price' : formatMoney(pool.cost)}</td></tr>`;
  });
  const from = Object.entries(summary.pools).map(
    ([name, pool]) => html`<li>${name}: step times: ${pool.stepTimeSource}; watts: ${pool.powerSource}</li>`,
  );
  const chosen = summary.notes.map((note) => html`<li>${note}</li>`);
  return html`<section><h2>Pools</h2><div class="table-box" tabindex="0" role="region" aria-label="Pools"><table><thead><tr><th scope="col">pool</th><th scope="col">model</th><th scope="col">hardware</th><th scope="col" class="number">nodes</th><th scope="col" class="number">running</th><th scope="col" class="number">waiting</th><th scope="col" class="number">KV</th><th scope="col" class="number">preempted</th><th scope="col" class="number">busy</th><th scope="col" class="number">prefix hits</th><th scope="col" class="number">watts</th><th scope="col" class="number">cost</th></tr></thead><tbody>${rows}</tbody></table></div><ul class="notes"><li>Nodes are a mean over time; so are running, waiting and KV, per node.</li>${chosen}${from}</ul></section>`;
}

function warningBlock({ warnings }: Summary): Html | null {
  if (warnings.length === 0) return null;
  return html`<section class="warnings"><h2>Warnings</h2><ul>${warnings.map((warning) => html`<li>${warning}</li>`)}</ul></section>`;
}
