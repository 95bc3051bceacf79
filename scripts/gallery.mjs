// npm run -s gallery: the reports of three short scenarios under reports/gallery/, and a picture of one for the README.
// `--no-picture` leaves the picture as it is; `--out DIR` writes the reports elsewhere, as the test does that compares them.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({ options: { 'no-picture': { type: 'boolean' }, out: { type: 'string' } } });
const out = values.out ?? join(ROOT, 'reports', 'gallery');

/** Short enough to be made anew in every test run, long enough that something is shed, held or missed. */
const GALLERY = [
  [
    'four-tiers',
    ['duration=12m', 'warmup=1m', 'traffic.all.arrivals={profile: [[0m, 20/s], [6m, 75/s], [12m, 10/s]]}'],
  ],
  ['deepinfra-rush-hour', ['duration=6m', 'warmup=30s']],
  ['google-flex-or-priority', ['duration=10m', 'warmup=1m']],
];

for (const [name, set] of GALLERY) {
  const words = ['dist/cli/main.js', 'run', `scenarios/${name}.yaml`, '--out', out, '--quiet'];
  try {
    execFileSync(process.execPath, [...words, ...set.flatMap((one) => ['--set', one])], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  } catch (error) {
    // A missed target is a result like any other.
    if (error.status !== 99) throw error;
  }
  // The gallery shows text, JSON and page; the tables of numbers are for those who run it.
  for (const file of ['tiers', 'outcomes', 'pools', 'accounts', 'series'])
    rmSync(join(out, name, `${file}.csv`), { force: true });
}

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
if (!values['no-picture'] && values.out === undefined) {
  if (existsSync(CHROMIUM)) await picture(join(out, 'four-tiers', 'report.html'), join(ROOT, 'docs', 'report.png'));
  else console.error(`docs/report.png stays as it is: there is no ${CHROMIUM}`);
}

/** The top of the page and its first chart. */
async function picture(file, to) {
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--headless', '--no-sandbox', '--disable-gpu'],
  });
  const context = await browser.newContext({
    offline: true,
    viewport: { width: 1200, height: 900 },
    colorScheme: 'light',
  });
  const page = await context.newPage();
  await page.goto(pathToFileURL(file).href);
  await page.waitForSelector('html[data-ready]');
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  const bottom = await page
    .locator('#chart-ttft-curve')
    .evaluate((node) => node.getBoundingClientRect().bottom + scrollY);
  writeFileSync(
    to,
    await page.screenshot({ fullPage: true, clip: { x: 0, y: 0, width: 1200, height: Math.ceil(bottom) + 24 } }),
  );
  await browser.close();
  console.error(`wrote ${to}, ${Math.round(readFileSync(to).length / 1000)} kB`);
}
