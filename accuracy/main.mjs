import { readFileSync, writeFileSync } from 'node:fs';
import { bars } from './bars.mjs';
import { watched, worse } from './gate.mjs';
import { measure } from './measure.mjs';
import { reportText } from './report.mjs';

// npm run -s accuracy            measures, writes docs/accuracy.md, says what is worse than the baseline
// npm run -s accuracy -- --check writes nothing; 1 where a total is worse by more than 5 % of itself or the page is old
// npm run -s accuracy -- --accept takes the new figures as the baseline
const page = new URL('../docs/accuracy.md', import.meta.url);
const baselineFile = new URL('baseline.json', import.meta.url);
const flags = process.argv.slice(2);
const unknown = flags.find((flag) => flag !== '--check' && flag !== '--accept');
if (unknown !== undefined) {
  console.error(`accuracy: unknown option ${unknown}; known: --check, --accept`);
  process.exit(2);
}

const measured = measure();
const text = reportText(measured);
const figures = watched(measured);
for (const { what, value, limit, isMet } of bars(measured)) {
  console.log(`${isMet ? 'met   ' : 'MISSED'}  ${what}: ${Number(value.toFixed(3))} (at most ${limit})`);
}

const problems = flags.includes('--accept') ? [] : worse(figures, JSON.parse(readFileSync(baselineFile, 'utf8')));
if (flags.includes('--check')) {
  if (readFileSync(page, 'utf8') !== text)
    problems.push('docs/accuracy.md is not what is measured now: npm run -s accuracy');
} else writeFileSync(page, text);
if (flags.includes('--accept')) writeFileSync(baselineFile, `${JSON.stringify(figures, null, 2)}\n`);
for (const problem of problems) console.error(`worse: ${problem}`);
process.exit(problems.length === 0 ? 0 : 1);
