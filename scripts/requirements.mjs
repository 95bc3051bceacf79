// npm run -s requirements [-- --json]: what the providers promise, and which test holds it. Exit 1 when a promise has no test or a failing one.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { DOCUMENTED, STATEMENTS } from '../test/requirements/statements.mjs';

const ROOT = resolve(import.meta.dirname, '..');
const json = process.argv.includes('--json');

const rows = Object.entries(STATEMENTS).map(([id, statement]) => {
  const own = testCases().filter(({ ids }) => ids.includes(id));
  return {
    id,
    statement,
    passed: own.length > 0 && own.every(({ passed }) => passed),
    test: [...new Set(own.map(({ file }) => file))].join(', ') || null,
  };
});

if (json) console.log(JSON.stringify(rows, null, 2));
else print(rows);
process.exitCode = rows.every(({ passed }) => passed) ? 0 : 1;

/** The tests of test/requirements, run once; a title such as "DI-1, DI-2: ..." stands for both ids. */
function testCases() {
  testCases.found ??= run().testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ title, status }) => ({
      ids: /^((?:[A-Z]{2}-\d+(?:, )?)+):/.exec(title)?.[1]?.split(', ') ?? [],
      passed: status === 'passed',
      file: relative(ROOT, name),
    })),
  );
  return testCases.found;
}

function run() {
  const folder = mkdtempSync(join(tmpdir(), 'tiersim-'));
  const outputFile = join(folder, 'results.json');
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const options = ['run', 'test/requirements', '--reporter=json', `--outputFile=${outputFile}`];
  try {
    // Whether tests fail is read from the results; a run that gives none is a failure of its own.
    spawnSync(process.execPath, [vitest, ...options], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
    return JSON.parse(readFileSync(outputFile, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function print(all) {
  for (const { id, statement, passed, test } of all) {
    const verdict = passed ? 'pass' : test === null ? 'NO TEST' : 'FAIL';
    console.log(`${id.padEnd(6)} ${verdict.padEnd(8)} ${statement}${test === null ? '' : `  [${test}]`}`);
  }
  for (const [id, { statement, page }] of Object.entries(DOCUMENTED)) {
    console.log(`${id.padEnd(6)} ${'page'.padEnd(8)} ${statement}  [${page}]`);
  }
  const passed = all.filter((row) => row.passed).length;
  console.log(`${passed} of ${all.length} hold`);
}
