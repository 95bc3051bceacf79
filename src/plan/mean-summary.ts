import type { Scenario } from '../models/scenario.js';
import { formatPico, parseMoney } from '../models/units.js';
import { Fingerprint } from '../sim/core/fingerprint.js';
import { invariant } from '../sim/core/invariant.js';
import { isWithin } from '../sim/judge.js';
import type { Summary, TargetResult } from '../sim/summary.js';
import { estimate } from './estimate.js';
import { CONFIDENCE } from './student-t.js';

/**
 * The summary of several runs of one scenario, in the order of the runs: every figure is the mean over the runs in
 * which it has a value, with the half-width of its 95 % interval beside it; targets judge the mean.
 */
export function meanSummary(scenario: Scenario, runs: readonly Summary[]): Summary {
  const [first] = runs;
  invariant(first !== undefined, 'a mean needs at least one run');
  if (runs.length === 1) return first;
  const { rareSheds: _ofOneRun, ...like } = first;
  const means = new Means(runs.length);
  const over = <Part>(name: string, read: (summary: Summary) => Part): Part => means.of(runs.map(read), name) as Part;
  const targets = scenario.targets.map((target, place) => {
    const results = runs.map((run) => run.targets[place]!);
    return meanTarget(results, means, (value) => isWithin(target, value));
  });
  return {
    ...like,
    run: { ...over('run', ({ run }) => run), fingerprint: foldFingerprints(runs) },
    tiers: over('tiers', ({ tiers }) => tiers),
    total: over('total', ({ total }) => total),
    pools: over('pools', ({ pools }) => pools),
    accounts: over('accounts', ({ accounts }) => accounts),
    series: new Means(runs.length).of(
      runs.map(({ series }) => series),
      '',
    ) as Summary['series'],
    targets,
    warnings: [...new Set(runs.flatMap(({ warnings }) => warnings))],
    replications: { n: runs.length, confidence: CONFIDENCE, intervals: means.intervals, fewer: means.fewer },
  };
}

function meanTarget(results: readonly TargetResult[], means: Means, holds: (value: number) => boolean): TargetResult {
  const first = results[0]!;
  const n = results.reduce((sum, result) => sum + result.n, 0);
  const unjudged = results.filter(({ actual }) => actual === null);
  if (unjudged.length > 0) {
    const where = unjudged.length === results.length ? '' : ` in ${unjudged.length} of ${results.length} runs`;
    return { ...first, n, actual: null, passed: false, error: `${unjudged[0]!.error}${where}` };
  }
  const actual = means.of(
    results.map((result) => result.actual),
    `targets.${first.target}`,
  ) as number;
  return { ...first, n, actual, passed: holds(actual) };
}

/** Means of like plain values, part by part; texts that are no amounts of money are those of the first run. */
class Means {
  readonly intervals: Record<string, number> = {};
  readonly fewer: Record<string, number> = {};

  constructor(private readonly runs: number) {}

  of(values: readonly unknown[], name: string): unknown {
    const known = values.filter((value) => value !== null && value !== undefined);
    const first = known[0] ?? null;
    if (typeof first === 'number') return this.number(known as number[], name);
    if (typeof first === 'string') return known.every(isMoney) ? this.money(known as string[], name) : first;
    if (typeof first !== 'object' || first === null) return first;
    if (Array.isArray(first)) return this.list(known as unknown[][], name);
    return this.mapping(known as Record<string, unknown>[], name);
  }

  private number(values: readonly number[], name: string): number {
    const { mean, halfWidth } = estimate(values)!;
    if (halfWidth !== null) this.intervals[name] = halfWidth;
    if (values.length < this.runs) this.fewer[name] = values.length;
    return mean;
  }

  private money(values: readonly string[], name: string): string {
    this.number(values.map(Number), name);
    return formatPico(values.map(picoOf).reduce((sum, pico) => sum + pico, 0n) / BigInt(values.length));
  }

  private list(lists: readonly (readonly unknown[])[], name: string): unknown {
    const first = lists[0]!;
    if (lists.some((list) => list.length !== first.length)) return first;
    return first.map((_, place) =>
      this.of(
        lists.map((list) => list[place]),
        `${name}.${place}`,
      ),
    );
  }

  private mapping(mappings: readonly Record<string, unknown>[], name: string): unknown {
    const keys = [...new Set(mappings.flatMap((mapping) => Object.keys(mapping)))];
    return Object.fromEntries(
      keys.map((key) => {
        const values = mappings.map((mapping) => mapping[key]);
        // What is counted by name, such as a cause, did not happen in the runs that do not name it.
        const isCount = values.some((value) => typeof value === 'number') && values.includes(undefined);
        return [
          key,
          this.of(isCount ? values.map((value) => value ?? 0) : values, name === '' ? key : `${name}.${key}`),
        ];
      }),
    );
  }
}

/** As the summary writes it: always with two decimals or more. */
function isMoney(value: unknown): boolean {
  return typeof value === 'string' && /^-?\d+\.\d{2,12}$/.test(value);
}

function picoOf(text: string): bigint {
  const isNegative = text.startsWith('-');
  const parsed = parseMoney(isNegative ? text.slice(1) : text);
  invariant(parsed.ok, `an amount of money: ${text}`);
  return isNegative ? -parsed.value.pico : parsed.value.pico;
}

function foldFingerprints(runs: readonly Summary[]): string {
  const all = new Fingerprint();
  for (const { run } of runs) {
    all.fold(Number.parseInt(run.fingerprint.slice(0, 8), 16));
    all.fold(Number.parseInt(run.fingerprint.slice(8), 16));
  }
  return all.hex();
}
