import { readFileSync, writeFileSync } from 'node:fs';
import { bars } from './bars.mjs';
import { watched, worse } from './gate.mjs';
import { measure } from './measure.mjs';
import { measuredSource, reportText } from './report.mjs';

// npm run -s accuracy            measures, writes docs/accuracy.md and the rows that `catalog show` quotes, says what is worse
// npm run -s accuracy -- --check writes nothing; 1 where a total is worse by more than 5 % of itself or the page is old
// npm run -s accuracy -- --accept takes the new figures as the baseline
const baselineFile = new URL('baseline.json', import.meta.url);
const flags = process.argv.slice(2);
const unknown = flags.find((flag) => flag !== '--check' && flag !== '--accept');
if (unknown !== undefined) {
  console.error(`accuracy: unknown option ${unknown}; known: --check, --accept`);
  process.exit(2);
}

const measured = measure();
const pages = [
  ['docs/accuracy.md', reportText(measured)],
  ['src/models/catalog/measured.ts', measuredSource(measured)],
];
const figures = watched(measured);
for (const { what, value, limit, isMet } of bars(measured)) {
  console.log(`${isMet ? 'met   ' : 'MISSED'}  ${what}: ${Number(value.toFixed(3))} (at most ${limit})`);
}

const problems = flags.includes('--accept') ? [] : worse(figures, JSON.parse(readFileSync(baselineFile, 'utf8')));
for (const [name, text] of pages) {
  const file = new URL(`../${name}`, import.meta.url);
  if (!flags.includes('--check')) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text)
    problems.push(`${name} is not what is measured now: npm run -s accuracy`);
}
if (flags.includes('--accept')) writeFileSync(baselineFile, `${JSON.stringify(figures, null, 2)}\n`);
for (const problem of problems) console.error(`worse: ${problem}`);
process.exit(problems.length === 0 ? 0 : 1);
