import { expect } from 'vitest';
import type { Scenario } from '../../src/models/scenario.js';
import type { AttemptRecord } from '../../src/sim/record.js';
import { simulate } from '../../src/sim/simulate.js';
import type { Summary } from '../../src/sim/summary.js';
import type { Service } from './formulas.js';
import { MARGIN, MOST_HALF_WIDTH, REPLICATIONS, STUDENT_T } from './size.js';

/** A system run many times, and the figures that are read from each run. */
export interface Experiment<Name extends string> {
  readonly scenario: (seed: string) => Scenario;
  /** Of all classes together. */
  readonly arrivalsPerSecond: number;
  /** Exact moments of `workOf`. */
  readonly work: Service;
  readonly workOf: (record: AttemptRecord) => number;
  readonly figures: Readonly<Record<Name, (summary: Summary, counts: RecordCounts) => number>>;
}

export interface RecordCounts {
  attempts: number;
  /** Attempts that began at a node later than they were sent. */
  waited: number;
}

export interface Estimate {
  readonly mean: number;
  readonly halfWidth: number;
}

/**
 * Means over independent runs with their half-widths. What came in by chance (how many requests, how bunched, how much
 * work, how unequal) has known means, and linear regression on it takes out most of the noise: control variates, Law,
 * "Simulation Modeling and Analysis", 5th ed. 2015, section 11.4.
 */
export function measure<Name extends string>(experiment: Experiment<Name>): Record<Name, Estimate> {
  const names = Object.keys(experiment.figures) as Name[];
  const values = new Map<Name, number[]>(names.map((name) => [name, []]));
  const controls: number[][] = [];
  for (let run = 1; run <= REPLICATIONS; run++) {
    const scenario = experiment.scenario(`theory/${run}`);
    const counts: RecordCounts = { attempts: 0, waited: 0 };
    const input = new InputCounts();
    const summary = simulate(scenario, {
      version: 'test',
      hash: '',
      onRecord: (record) => {
        if (record.requestSentUs < scenario.warmupUs) return;
        counts.attempts++;
        input.add(record.request, record.sentUs / 1e6, experiment.workOf(record));
        if (record.scheduledUs > record.sentUs) counts.waited++;
      },
    });
    const seconds = (scenario.durationUs - scenario.warmupUs) / 1e6;
    controls.push(input.controls(experiment.arrivalsPerSecond, experiment.work, seconds));
    for (const name of names) values.get(name)!.push(experiment.figures[name](summary, counts));
  }
  const used = controls[0]!.map((_, k) => k).filter((k) => controls.some((row) => Math.abs(row[k]!) > 1e-9));
  const rows = controls.map((row) => used.map((k) => row[k]!));
  return Object.fromEntries(names.map((name) => [name, intercept(values.get(name)!, rows)])) as Record<Name, Estimate>;
}

/** Equivalence: the whole interval of the bias lies within the margin. What was measured is printed. */
export function expectEquivalent(what: string, measured: Estimate, theory: number): void {
  const bias = measured.mean / theory - 1;
  const halfWidth = measured.halfWidth / theory;
  const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
  console.log(
    `${what}: theory ${theory.toPrecision(5)}, measured ${measured.mean.toPrecision(5)}, ` +
      `bias ${percent(bias)}, half-width ${percent(halfWidth)}, margin ${percent(MARGIN)}`,
  );
  expect(halfWidth, `${what}: half-width of the interval`).toBeLessThanOrEqual(MOST_HALF_WIDTH);
  expect(Math.abs(bias) + halfWidth, `${what}: far end of the interval of the bias`).toBeLessThanOrEqual(MARGIN);
}

/** What came into one run, each figure relative to its exact mean, less one. */
class InputCounts {
  /** Seconds, by request number. */
  private readonly sent: number[] = [];
  private work = 0;
  private workSquares = 0;

  add(request: number, sentSeconds: number, work: number): void {
    this.sent[request] = sentSeconds;
    this.work += work;
    this.workSquares += work * work;
  }

  controls(arrivalsPerSecond: number, work: Service, seconds: number): number[] {
    let n = 0;
    let gapSquares = 0;
    let previous = Number.NaN;
    // Requests are numbered as they come; those before the warm-up left holes.
    this.sent.forEach((at) => {
      const gap = (at - previous) * arrivalsPerSecond;
      if (n++ > 0) gapSquares += gap * gap;
      previous = at;
    });
    return [
      n / (arrivalsPerSecond * seconds) - 1,
      gapSquares / (2 * (n - 1)) - 1,
      this.work / n / work.mean - 1,
      this.workSquares / n / work.meanSquare - 1,
    ];
  }
}

/** Regression of y on controls of mean 0: its value where all controls are 0, and the half-width of that. */
function intercept(y: readonly number[], controls: readonly (readonly number[])[]): Estimate {
  const rows = controls.map((row) => [1, ...row]);
  const size = rows[0]!.length;
  const products = rows[0]!.map((_, i) => rows[0]!.map((_, j) => sum(rows, (row) => row[i]! * row[j]!)));
  const coefficients = solve(
    products,
    rows[0]!.map((_, i) => sum(rows, (row, k) => row[i]! * y[k]!)),
  );
  const squares = sum(rows, (row, k) => {
    const rest = y[k]! - sum(row, (value, i) => value * coefficients[i]!);
    return rest * rest;
  });
  // The first diagonal element of the inverse, times the residual variance, is the variance of the intercept.
  const leverage = solve(
    products,
    rows[0]!.map((_, i) => (i === 0 ? 1 : 0)),
  )[0]!;
  const variance = (squares / (y.length - size)) * leverage;
  return { mean: coefficients[0]!, halfWidth: STUDENT_T * Math.sqrt(variance) };
}

function sum<T>(items: readonly T[], of: (item: T, index: number) => number): number {
  let total = 0;
  for (const [index, item] of items.entries()) total += of(item, index);
  return total;
}

/** Gauss's elimination of a small symmetric positive system. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  for (let pivot = 0; pivot < rows.length; pivot++) {
    for (let i = 0; i < rows.length; i++) {
      if (i === pivot) continue;
      const factor = rows[i]![pivot]! / rows[pivot]![pivot]!;
      for (let j = pivot; j <= rows.length; j++) rows[i]![j]! -= factor * rows[pivot]![j]!;
    }
  }
  return rows.map((row, i) => row[rows.length]! / row[i]!);
}
