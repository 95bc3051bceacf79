import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { traceKey } from '../src/models/trace.js';
import { summaryJson } from '../src/report/json.js';
import { hashWithTraces } from '../src/scenario/hash.js';
import { loadScenario } from '../src/scenario/load.js';
import { simulate } from '../src/sim/simulate.js';
import type { Summary } from '../src/sim/summary.js';
import { parseTrace } from '../src/trace/parser.js';

/**
 * Every scenario that is shipped, on a short horizon: what it gives is kept in test/golden/scenarios, so that a change
 * of behaviour shows in review. `UPDATE=1 npx vitest run test/scenarios.test.ts` writes the files anew. A golden alone
 * would keep yesterday's mistake, so the laws stand beside it.
 */
const SCENARIOS = join(import.meta.dirname, '..', 'scenarios');
const GOLDENS = join(import.meta.dirname, 'golden', 'scenarios');

/** Long enough that something is shed, held or moved; short enough to run twice. */
const HORIZONS: Readonly<Record<string, readonly string[]>> = {
  'agent-chain': ['duration=5m', 'warmup=1m'],
  'autoscale-cold-start': [
    'duration=6m',
    'fleet.main.coldStart=1m',
    'traffic.app.arrivals={profile: [[0m, 20/s], [1m, 20/s], [2m, 90/s], [4m, 90/s], [5m, 5/s]]}',
    'fleet.main.autoscale.cooldown=20s',
  ],
  'azure-trace-replay': ['duration=4m'],
  'azure-priority-gain': ['duration=4m'],
  'clock-prices': ['duration=5h'],
  'deepinfra-hot': ['duration=3m', 'warmup=30s'],
  'deepinfra-idle': ['duration=6m'],
  'deepinfra-rush-hour': ['duration=4m', 'warmup=30s'],
  'fireworks-0082': ['duration=1d'],
  'fireworks-fast': ['duration=3m'],
  'fireworks-fast-borrows': ['duration=3m'],
  'fireworks-fast-takes': [
    'duration=4m',
    'warmup=30s',
    'traffic.coding.arrivals={profile: [[0s, 2/s], [30s, 5/s], [2m, 5/s], [130s, 1/s]]}',
    'fleet.turbo.autoscale.cooldown=20s',
    'fleet.turbo.takesFrom.switch=20s',
  ],
  'fireworks-two-weeks': ['duration=10m'],
  'four-tiers': ['duration=6m', 'warmup=30s', 'traffic.all.arrivals={profile: [[0m, 20/s], [4m, 70/s], [6m, 2/s]]}'],
  'google-bill': ['duration=4m'],
  'mooncake-prefix-cache': ['duration=6m', 'warmup=1m'],
  'google-flex-or-priority': ['duration=8m', 'warmup=1m'],
  'node-outage': ['duration=2m', 'fleet.main.outages={at: 35s, for: 40s, domain: 4}'],
  'priority-share': ['duration=3m'],
  'retry-storm': ['duration=9m'],
  'retry-storm-budget': ['duration=9m'],
  'retry-storm-should-retry': ['duration=9m'],
  'siati-claims': ['duration=40m'],
  'siati-idle-slots': ['duration=40m'],
  'siati-heterogeneous': ['duration=40m'],
};

interface Outcome {
  readonly summary: Summary;
  /** Tries of each request, in the order in which they ended: where an abort comes late, not that of their beginning. */
  readonly tries: ReadonlyMap<number, readonly number[]>;
}

function run(name: string): Outcome {
  const text = readFileSync(join(SCENARIOS, `${name}.yaml`), 'utf8');
  const loaded = loadScenario(text, { file: `${name}.yaml`, set: HORIZONS[name] ?? [] });
  const { scenario, problems, notes, traces } = loaded;
  if (scenario === null) throw new Error(JSON.stringify(problems, null, 2));
  const tables = new Map(
    traces.map((trace) => {
      const { table, problems: bad } = parseTrace(
        gunzipSync(readFileSync(join(SCENARIOS, trace.file))).toString(),
        trace,
      );
      if (table === null) throw new Error(JSON.stringify(bad));
      return [traceKey(trace), table] as const;
    }),
  );
  const tries = new Map<number, number[]>();
  const summary = simulate(scenario, {
    version: 'test',
    hash: hashWithTraces(scenario, tables),
    traces: tables,
    warnings: problems.map(({ message }) => message),
    notes,
    onRecord: ({ request, attempt }) => tries.set(request, [...(tries.get(request) ?? []), attempt]),
  });
  return { summary, tries };
}

const names = readdirSync(SCENARIOS)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.replace('.yaml', ''));

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

it('every shipped scenario has a horizon here', () => expect(names.sort()).toEqual(Object.keys(HORIZONS).sort()));

describe.each(names)('%s', (name) => {
  const { summary, tries } = run(name);
  const tiers = Object.values(summary.tiers);

  it('gives what it gave before', () => {
    // The series are a third of a thousand numbers each; the law below binds them to the counts.
    const { series: _series, ...kept } = JSON.parse(summaryJson(summary)) as Summary;
    const golden = join(GOLDENS, `${name}.json`);
    const text = `${JSON.stringify(kept, null, 2)}\n`;
    if (process.env['UPDATE'] === '1') {
      mkdirSync(GOLDENS, { recursive: true });
      writeFileSync(golden, text);
    }
    expect(existsSync(golden), `${golden} is missing: run with UPDATE=1`).toBe(true);
    expect(text).toBe(readFileSync(golden, 'utf8'));
  });

  it('ends every attempt in exactly one outcome', () => {
    for (const tier of tiers) expect(sum(Object.values(tier.outcomes))).toBe(tier.attempts);
    expect(sum(tiers.map((tier) => tier.attempts))).toBe(summary.total.attempts);
    expect(summary.total.attempts).toBeGreaterThan(100);
  });

  it('writes one row an attempt, and no try of a request twice or never', () => {
    expect(tries.size).toBe(summary.run.requests);
    expect(sum([...tries.values()].map((numbers) => numbers.length))).toBe(summary.run.attempts);
    for (const numbers of tries.values()) {
      expect([...numbers].sort((a, b) => a - b)).toEqual(numbers.map((_, index) => index + 1));
    }
  });

  it('names a cause for every attempt that did not complete, and for no other', () => {
    for (const tier of tiers) expect(sum(Object.values(tier.causes))).toBe(tier.attempts - tier.outcomes.completed);
  });

  it('counts the same attempts over time as in all', () => {
    const sent = sum(Object.values(summary.series.tiers).flatMap((tier) => tier.sent));
    expect(sent).toBe(summary.run.attempts);
  });

  it('bills the total that its tiers are billed', () => {
    const pico = (decimal: string): bigint => {
      const [whole = '', fraction = ''] = decimal.split('.');
      return BigInt(whole + fraction.padEnd(12, '0'));
    };
    const parts = tiers.map((tier) => pico(tier.billed));
    expect(parts.reduce((total, part) => total + part, 0n)).toBe(pico(summary.total.billed));
  });

  it('gives the same bytes again', () => expect(summaryJson(run(name).summary)).toBe(summaryJson(summary)));
});
