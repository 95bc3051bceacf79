import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { recordColumns } from '../src/report/record-rows.js';
import { accountRows, outcomeRows, poolRows, seriesRows, tierRows } from '../src/report/summary-rows.js';
import { detailedSummary } from './helpers/detailed-summary.js';

/** The reports in reports/gallery, made anew: text and JSON to the byte. `npm run -s gallery` writes them. */
const ROOT = join(import.meta.dirname, '..');
const GALLERY = join(ROOT, 'reports', 'gallery');
const fresh = mkdtempSync(join(tmpdir(), 'tiersim-gallery-'));
afterAll(() => rmSync(fresh, { recursive: true }));

it('is what the program prints now', { timeout: 300_000 }, () => {
  execFileSync(process.execPath, ['scripts/gallery.mjs', '--out', fresh], { cwd: ROOT });
  const scenarios = readdirSync(GALLERY).sort();
  expect(readdirSync(fresh).sort()).toEqual(scenarios);
  expect(scenarios).toHaveLength(3);
  for (const scenario of scenarios) {
    expect(readdirSync(join(GALLERY, scenario)).sort()).toEqual(['report.html', 'report.txt', 'summary.json']);
    for (const file of ['report.txt', 'summary.json']) {
      const text = readFileSync(join(GALLERY, scenario, file), 'utf8');
      expect(readFileSync(join(fresh, scenario, file), 'utf8'), `${scenario}/${file}: npm run -s gallery`).toBe(text);
    }
  }
});

it('is explained: every column of every file stands in the README', () => {
  const readme = readFileSync(join(ROOT, 'reports', 'README.md'), 'utf8');
  const words = new Set(readme.match(/[A-Za-z][A-Za-z0-9]*/g));
  const summary = detailedSummary();
  const heads = [tierRows, poolRows, accountRows, outcomeRows, seriesRows].map((rows) => rows(summary)[0] ?? []);
  const unexplained = new Set<string>();
  for (const column of [...heads.flat(), ...recordColumns]) {
    const parts = String(column)
      .replace(/^(tier|pool)\.[\w-]+\./, '')
      .split('.');
    // Causes are listed elsewhere: there are many, and they have names of their own.
    for (const part of parts.slice(0, parts[0] === 'outcome' ? 2 : 1))
      if (!words.has(part)) unexplained.add(String(column));
  }
  expect([...unexplained]).toEqual([]);
});
