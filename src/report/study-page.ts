import { type Html, html } from './html-text.js';
import { pageHead } from './page-head.js';
import { colorVariables } from './palette.js';
import { sha256Base64 } from './sha256-base64.js';

export interface StudyPage {
  readonly name: string;
  readonly heading: string;
  readonly about: string;
  /** Sentences on top: what came out. */
  readonly answer: readonly string[];
  readonly sections: readonly (Html | null)[];
  readonly made: HowMade;
}

/** What it takes to make the same page again, and to see that it is the same. */
export interface HowMade {
  readonly seed: string;
  /** Of the scenarios; those of the points of a sweep stand in its table. */
  readonly hashes: readonly string[];
  readonly version: string;
  readonly fingerprint: string;
  /** null: no command made it. */
  readonly command: string | null;
}

/** One file that asks nobody for anything and needs no script: words, drawings and tables of a study of many runs. */
export function studyPage(page: StudyPage, style: string): string {
  const sheet = colorVariables() + style + DRAWINGS;
  const policy = `default-src 'none'; style-src 'sha256-${sha256Base64(sheet)}'; img-src data:; base-uri 'none'; form-action 'none'`;
  const sections = page.sections.filter((section) => section !== null);
  return html`${pageHead({ title: page.heading, version: page.made.version, policy, style: sheet })}
<body>
<header class="top">
<p class="over"><span class="brand">tiersim</span> ${page.name}</p>
<h1>${page.heading}</h1>
<p class="answer">${page.about}</p>
<ul class="answers">${page.answer.map((sentence) => html`<li>${sentence}</li>`)}</ul>
</header>
<main>
${sections}
</main>
<footer><section><h2>How this was made</h2><dl class="facts">${facts(page.made)}</dl></section></footer>
</body>
</html>
`.text;
}

function facts({ seed, hashes, version, fingerprint, command }: HowMade): Html[] {
  const known: [string, string][] = [
    ['Seed', seed],
    ...hashes.map((hash): [string, string] => ['Scenario hash', hash]),
    ['Version', `tiersim ${version}`],
    ['Fingerprint of all runs', fingerprint],
  ];
  if (command !== null) known.push(['Repeat', command]);
  return known.map(([term, value]) => html`<div><dt>${term}</dt><dd><code>${value}</code></dd></div>`);
}

/** A table in a box of its own that scrolls; the first column is a heading, numbers stand to the right. */
export function tableSection(heading: string, head: readonly string[], rows: readonly (readonly string[])[]): Html {
  const heads = head.map((text, column) => html`<th scope="col" class="${column === 0 ? '' : 'number'}">${text}</th>`);
  const lines = rows.map(([first = '', ...cells]) => {
    return html`<tr><th scope="row">${first}</th>${cells.map((text) => html`<td class="number">${text}</td>`)}</tr>`;
  });
  return html`<section><h2>${heading}</h2><div class="table-box" tabindex="0" role="region" aria-label="${heading}"><table><thead><tr>${heads}</tr></thead><tbody>${lines}</tbody></table></div></section>`;
}

export function drawingSection(heading: string, note: string, drawings: readonly Html[]): Html | null {
  if (drawings.length === 0) return null;
  return html`<section><h2>${heading}</h2><p class="note">${note}</p><div class="drawings">${drawings}</div></section>`;
}

/** Drawings are made for a third of a wide page; larger, their words would shout. */
const DRAWINGS =
  '.drawings{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(20rem,100%),1fr));gap:24px}.drawings svg{width:100%;height:auto;font:12px system-ui,sans-serif}.drawings .wide{grid-column:1/-1;max-width:520px}.answers,main ul{margin:12px 0 0;padding-left:18px}.answers li,main li{margin:4px 0}';
