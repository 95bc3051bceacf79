import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { renderTable } from '../../src/report/table.js';
import { printable, textWidth } from '../../src/report/text-width.js';
import type { Summary } from '../../src/sim/summary.js';
import { distribution, pool, summary, tier } from './summary-fixture.js';

const REPEAT = 'tiersim run scenarios/rush-hour.yaml --seed 7';

function table(overrides: Partial<Summary> = {}, color = false, width = 80): string {
  return renderTable(summary(overrides), { color, width, repeat: REPEAT });
}

describe('the table as a whole', () => {
  it('reads well at 80 columns', async () => {
    await expect(table()).toMatchFileSnapshot('../golden/report/table-80.txt');
  });

  it('reads well at 120 columns', async () => {
    await expect(table({}, false, 120)).toMatchFileSnapshot('../golden/report/table-120.txt');
  });

  it('says the same in colour', () => {
    const colored = table({}, true);
    expect(colored).not.toBe(table());
    expect(stripVTControlCharacters(colored)).toBe(table());
  });

  it('folds many tiers into blocks within the width', () => {
    const tiers = Object.fromEntries(Array.from({ length: 14 }, (_, index) => [`tier-${index}`, tier()]));
    const lines = table({ tiers }).split('\n');
    expect(lines.filter((line) => line.startsWith('TIERS')).length).toBeGreaterThan(1);
    for (let index = 0; index < 14; index++) {
      expect(lines.some((line) => line.startsWith('TIERS') && line.includes(`tier-${index}`))).toBe(true);
    }
  });

  it('stays within the width, the command to repeat aside', () => {
    const tiers = Object.fromEntries(
      Array.from({ length: 9 }, (_, index) => [`a-rather-long-tier-name-${index}`, tier()]),
    );
    for (const width of [60, 80, 100]) {
      for (const line of table({ tiers }, false, width).split('\n')) {
        if (!line.startsWith('repeat:')) expect(textWidth(line)).toBeLessThanOrEqual(width);
      }
    }
  });
});

describe('verdicts', () => {
  it('come first, in words as well as marks', () => {
    const [heading, first, second, third] = table().split('\n');
    expect(heading).toBe('TARGETS  2 of 3 missed');
    expect(first).toMatch(/✗ fail {2}priority\.shedRate < 0\.1% +actual +1\.10 % +n 9,011/);
    expect(second).toMatch(/✓ pass {2}priority\.ttft\.p95 < 1s +actual +95\.5 ms/);
    expect(third).toContain('not judged: no sample in the counted window');
  });

  it('show each actual value in the unit of its metric', () => {
    const judged = (target: string, actual: number) => ({ target, actual, n: 10, passed: true, error: null });
    const text = table({
      targets: [
        judged('fast.withinTtft(500ms) > 95%', 0.975),
        judged('total.usdPerMTok < $0.40', 0.31234),
        judged('total.outputTokPerSec > 100', 1234),
        judged('total.preemptions < 9', 3),
        judged('cost.e2e.p99 < 20s', 12_345),
      ],
    });
    expect(text).toMatch(/withinTtft.*actual +97\.5 %/);
    expect(text).toMatch(/usdPerMTok.*actual +0\.312 /);
    expect(text).toMatch(/outputTokPerSec.*actual +1,234 tok\/s/);
    expect(text).toMatch(/e2e\.p99.*actual +12\.3 s/);
  });

  it('are left out where no target was set', () => {
    expect(table({ targets: [] }).startsWith('rush-hour\n')).toBe(true);
  });
});

describe('figures', () => {
  it('leave out a tier nobody asked for, and say so', () => {
    const [heading] = table()
      .split('\n')
      .filter((line) => line.startsWith('TIERS'));
    expect(heading).toMatch(/^TIERS +standard +priority +total$/);
    expect(table()).toContain('Not shown: flex; nobody asked for them in the counted time');
  });

  it('name the causes of what did not complete, the most frequent first', () => {
    const total = tier({ causes: { overloaded: 9, timeout: 2350, patience: 14 } });
    expect(table({ total })).toContain('Attempts not completed, by cause: timeout 2,350, patience 14, overloaded 9\n');
    expect(table({ total: tier({ causes: {} }) })).not.toContain('by cause');
  });

  it('say why a cost is missing', () => {
    expect(table()).toMatch(/n\/a Fleet cost USD, Cost USD\/Mtok: needs a price/);
  });

  it('leave out ways to end that did not happen', () => {
    expect(table()).toContain('abandoned');
    expect(table()).not.toContain('evicted');
  });

  it('name the percentiles that are not exact', () => {
    expect(table()).toContain('ITL: percentiles from a histogram, within ±0.50 %');
  });

  it('keep every digit of large money', () => {
    expect(table()).toContain('1,234,567,890,123.46');
  });

  it('show a pool without price or power as such beside one that has them', () => {
    const text = table({ pools: { llama: pool(), other: pool({ cost: null, meanWatts: null }) } });
    expect(text).toMatch(/^other .* n\/a +no price$/m);
  });

  it('leave power and energy out where no pool has any', () => {
    const dark = tier({ energyKWh: null, joulesPerOutputToken: null });
    const text = table({
      pools: { llama: pool({ energyKWh: null, meanWatts: null }) },
      tiers: { standard: dark },
      total: dark,
    });
    expect(text).not.toMatch(/watts|J\/output/);
  });

  it('name the tiers whose latencies speak of a part of their attempts only', () => {
    const lucky = tier({ attempts: 1000, ttftMs: distribution(50, 210) });
    const whole = tier({ attempts: 1000, ttftMs: distribution(50, 990) });
    const text = table({ tiers: { lucky, whole } }, false, 120);
    expect(text).toContain('Latencies are of attempts that got a first token: 21.0 % of lucky; the rest got none');
    expect(table({ tiers: { whole } })).not.toContain('Latencies are of');
  });

  it('end with what was chosen for the pools', () => {
    expect(table()).toContain('  llama: weights in bf16, KV in bf16; a node has 1,024 seats');
  });

  it('list accounts where the scenario names some', () => {
    const text = table({ accounts: { startup: { requests: 12, attempts: 15, rateLimited: 3, billed: '0.5' } } });
    expect(text).toMatch(/^startup +12 +15 +3 +0\.500$/m);
  });
});

describe('the run over time', () => {
  it('draws load, time to first token and shed rate of the tiers that have any', () => {
    const text = table();
    expect(text).toMatch(/\nTTFT, MEAN\n {2}standard {2}█.* {2}peak 900 ms\n {2}priority .*\nSHED RATE\n/);
    expect(text).toMatch(/\nSHED RATE\n {2}standard {2}█.* {2}peak 10\.0 %\n {2}none shed: priority\n/);
    expect(text.slice(text.indexOf('ATTEMPTS SENT'))).not.toContain('flex');
  });

  it('leaves a mark empty where no first token came', () => {
    const tiers = { a: { sent: [1, 1, 1, 1], shed: [0, 0, 0, 0], ttftMeanMs: [100, null, null, 50] } };
    const text = table({ series: { bucketSeconds: 1, atSeconds: [0, 1, 2, 3], tiers, pools: {}, hardware: {} } });
    expect(text).toContain('\nTTFT, MEAN\n  a  █  ▄  peak 100 ms\n');
  });
});

describe('a partial run', () => {
  it('is marked on the first line', () => {
    const run = { ...summary().run, complete: false, simulatedSeconds: 312 };
    expect(table({ run })).toMatch(/^PARTIAL: the run was interrupted after 5m 12s of simulated time/);
  });

  it('that ended in the warm-up says that nothing is counted', () => {
    const run = { ...summary().run, complete: false, window: { fromSeconds: 120, toSeconds: 30 } };
    expect(table({ run })).toContain('nothing counted: the warm-up lasts 2m');
  });
});

describe('hostile names', () => {
  const attack = '\u001B[2J\u001B]0;owned\u0007\u009B31m\u202E\nTARGETS  all met';
  const hostile = table({
    scenario: { name: `a${attack}`, about: `b${attack}`, hash: `c${attack}`, seed: `d${attack}` },
    tiers: { [`tier${attack}`]: tier() },
    pools: { [`pool${attack}`]: pool({ model: `m${attack}`, hardware: attack, stepTimeSource: attack }) },
    accounts: { [attack]: { requests: 1, attempts: 1, rateLimited: 0, billed: attack } },
    warnings: [`warning${attack}`],
    notes: [`note${attack}`],
    currency: `USD${attack}`,
    targets: [{ target: attack, actual: null, n: 0, passed: false, error: attack }],
  });

  it('never reach the terminal as commands', () => {
    for (const line of hostile.split('\n')) expect(printable(line)).toBe(line);
  });

  it('cannot begin a line of their own', () => {
    expect(hostile.split('\n').filter((line) => line.startsWith('TARGETS'))).toEqual(['TARGETS  1 of 1 missed']);
  });
});

describe('the footer', () => {
  it('names seed, scenario, version, fingerprint and the command to repeat', () => {
    const text = table();
    expect(text).toContain('seed 7 · scenario 3f9a1c2b4d5e6f70 · tiersim 0.1.0');
    expect(text).toContain('fingerprint 8a7f00c4d2e1b3f6');
    expect(text.endsWith(`repeat: ${REPEAT}\n`)).toBe(true);
  });
});
