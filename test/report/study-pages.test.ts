import { describe, expect, it } from 'vitest';
import { attribute } from '../../src/plan/attribution.js';
import { capacity } from '../../src/plan/capacity.js';
import { compare, type Variant } from '../../src/plan/compare.js';
import { inProcess } from '../../src/plan/executor.js';
import { type SweepCase, sweep } from '../../src/plan/sweep.js';
import { attributionMarkdown, attributionPage } from '../../src/report/attribution.js';
import { capacityPage } from '../../src/report/capacity-text.js';
import { comparisonPage } from '../../src/report/comparison-page.js';
import { sweepPage } from '../../src/report/sweep-page.js';
import { exponential, fixed, pool, provider, SECOND_US, scenario, slots, tier, traffic } from '../helpers/scenario.js';
import { subjectOf } from '../plan/subject.js';

const spec = (seats: number, perSecond: number) =>
  scenario({
    name: '<script>alert(1)</script>',
    durationUs: 60 * SECOND_US,
    pools: [pool({ engine: slots(seats), costPicoPerHour: seats * 1e12 })],
    traffic: [traffic({ arrivals: { kind: 'poisson', perSecond }, input: fixed(1), output: exponential(1000) })],
    targets: [
      {
        text: 'standard.queue.mean < 1s',
        scope: 'standard',
        served: false,
        metric: 'queue.mean',
        above: null,
        below: { value: 1000, inclusive: false },
      },
    ],
  });

function expectSafe(page: string): void {
  expect(page).toMatch(/^<!doctype html>/);
  expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)|style="/);
  expect(page).toContain("default-src 'none'");
  expect(page).not.toMatch(/NaN|undefined|Infinity/);
}

/** What it takes to make the page again stands at its end. */
function expectRepeatable(
  make: (command: string | null) => string,
  fingerprint: string,
  hashes: readonly string[],
): void {
  const footer = (command: string | null) => /<footer>.*<\/footer>/.exec(make(command))?.[0] ?? '';
  const facts = ['Seed', 'Version', 'Fingerprint of all runs', fingerprint, ...hashes.map((hash) => `<code>${hash}`)];
  for (const fact of facts) expect(footer(null)).toContain(fact);
  expect(footer(null)).not.toContain('Repeat');
  expect(footer("tiersim study 'a b'")).toContain('<dt>Repeat</dt><dd><code>tiersim study &#39;a b&#39;</code>');
}

describe('pages of studies', () => {
  it('of a sweep over load mark the knee, over nodes join the front, over both draw heat maps', async () => {
    const cases = (list: readonly (readonly [values: string[], seats: number, perSecond: number])[]) =>
      list.map(([values, seats, rate]) => ({ values, subject: subjectOf(spec(seats, rate)) })) as unknown as [
        SweepCase,
        ...SweepCase[],
      ];
    const load = await sweep(
      ['rate'],
      cases([2, 4, 6, 7, 9, 12].map((rate) => [[`${rate}/s`], 7, rate])),
      2,
      inProcess,
    );
    const loadPage = sweepPage(load, '');
    expectSafe(loadPage);
    expect(loadPage).toContain('Latency against load');
    expect(load.knees).toHaveLength(1);
    expect(loadPage).toContain('>knee</text>');
    const nodes = await sweep(['seats'], cases([5, 6, 7, 9].map((seats) => [[String(seats)], seats, 5])), 1, inProcess);
    const nodesPage = sweepPage(nodes, '');
    expectSafe(nodesPage);
    expect(nodesPage).toContain('Cost against what it buys');
    const both = await sweep(
      ['seats', 'rate'],
      cases([
        [['5', '4/s'], 5, 4],
        [['5', '6/s'], 5, 6],
        [['8', '4/s'], 8, 4],
        [['8', '6/s'], 8, 6],
      ]),
      1,
      inProcess,
    );
    const bothPage = sweepPage(both, '');
    expectSafe(bothPage);
    expect(bothPage.match(/<rect /g)!.length).toBeGreaterThanOrEqual(4);
    expectRepeatable((command) => sweepPage(both, '', command), both.fingerprint, []);
    for (const { hash } of both.points) expect(bothPage).toContain(`<td class="number">${hash.slice(0, 8)}</td>`);
  });

  it('of a comparison show what changed and the intervals', async () => {
    const variants = [spec(6, 5), spec(8, 5)].map((one, i) => ({ label: `v${i}`, subject: subjectOf(one) }));
    const options = { runs: 3, precision: null, runsMax: 3 };
    const found = await compare(variants as unknown as [Variant, Variant], options, inProcess);
    const page = comparisonPage(found, '');
    expectSafe(page);
    const hashes = variants.map(({ subject }) => subject.hash);
    expectRepeatable((command) => comparisonPage(found, '', command), found.fingerprint, hashes);
    expect(page).toContain('~ fleet.main.engine.maxNumSeqs: 6 -&#62; 8\n');
    expect(page).toContain('<svg');
  });

  it('of an attribution have a column a tier, and Markdown has the same figures', async () => {
    const names = ['standard', '<b>flex</b>'];
    const mixed = {
      ...spec(6, 5),
      provider: provider({ tiers: names.map((name) => tier(name)) }),
      traffic: names.map((name) =>
        traffic({
          name,
          tiers: [{ tier: name, value: 1 }],
          arrivals: { kind: 'poisson', perSecond: 2 },
          output: fixed(1000),
        }),
      ),
    };
    const found = await attribute(subjectOf(mixed), { runs: 2, withPeak: false, tolerance: 0.1 }, inProcess);
    expect(found.tiers).toHaveLength(2);
    const page = attributionPage(found, '');
    expectSafe(page);
    expectRepeatable((command) => attributionPage(found, '', command), found.fingerprint, [found.hash]);
    expect(page).not.toContain('<b>');
    expect(page.match(/<th scope="col" class="number">/g)).toHaveLength(4);
    const markdown = attributionMarkdown(found);
    expect(markdown).not.toContain('<b>');
    expect(markdown).toMatch(/^\| Saved without it kWh \| \S+/m);
  });

  it('of a capacity list the loads that were tried', async () => {
    const subject = subjectOf(spec(6, 3));
    const found = await capacity(subject, { runs: 1, tolerance: 0.5 }, inProcess);
    const page = capacityPage(found, '');
    expectSafe(page);
    expectRepeatable((command) => capacityPage(found, '', command), found.fingerprint, [subject.hash]);
    expect(page).toContain('<td class="number">missed</td>');
  });
});
