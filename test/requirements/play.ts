import { loadScenario } from '../../src/scenario/load.js';
import type { AttemptRecord } from '../../src/sim/record.js';
import { simulate } from '../../src/sim/simulate.js';
import type { Summary } from '../../src/sim/summary.js';

export interface Played {
  readonly records: readonly AttemptRecord[];
  readonly summary: Summary;
  readonly warnings: readonly string[];
}

/** Through the front door: scenario text in, records and summary out. */
export function play(text: string, ...set: readonly string[]): Played {
  const { scenario, problems } = loadScenario(text, { file: 'requirement.yaml', set });
  if (scenario === null) throw new Error(JSON.stringify(problems, null, 2));
  const records: AttemptRecord[] = [];
  const summary = simulate(scenario, {
    version: 'test',
    hash: '',
    onRecord: (record) => records.push({ ...record }),
  });
  return { records, summary, warnings: problems.map(({ message }) => message) };
}

/** One kind of node that serves anything: 8 places, 400 tokens a second when full, no KV that binds. */
export const BOX = `
hardware:
  box: {tdpWatts: 700, idleWatts: 100, slots: 8, prefillTokPerSec: 20000, decodeTokPerSec: {single: 100, full: 400}, usdPerHour: $2}
`;

/** Requests a second that a box sustains of 100 tokens in and 50 out: 400 / 50, less the prefill. */
export const FULL_RATE = 7.7;

export interface Simple {
  readonly provider: string;
  readonly model?: string;
  readonly tier: string;
  readonly rate: number;
  readonly seconds?: number;
  readonly nodes?: number;
  readonly engine?: string;
  readonly input?: string;
  readonly output?: string;
  readonly more?: string;
  /** Further keys of the class. */
  readonly keys?: string;
}

/** One pool of boxes and one class of traffic. */
export function simple(options: Simple): string {
  const { provider, model = 'llama-3.1-8b', tier, rate, seconds = 60, nodes = 1, engine = 'vllm' } = options;
  return `
seed: 1
duration: ${seconds}s
provider: ${provider}
${BOX}
fleet:
  - {name: main, model: ${model}, hardware: box, nodes: ${nodes}, engine: {name: ${engine}}}
traffic:
  - {name: all, model: ${model}, tier: ${tier}, arrivals: ${rate}/s, input: ${options.input ?? 100}, output: ${options.output ?? 50}${options.keys ?? ''}}
${options.more ?? ''}`;
}

export const of = (records: readonly AttemptRecord[], tier: string): AttemptRecord[] =>
  records.filter(({ tierAsked }) => tierAsked === tier);

export const ended = (records: readonly AttemptRecord[], outcome: AttemptRecord['outcome']): AttemptRecord[] =>
  records.filter((record) => record.outcome === outcome);

export const byRequest = (records: readonly AttemptRecord[]): AttemptRecord[] =>
  [...records].sort((a, b) => a.request - b.request || a.attempt - b.attempt);

/** Times of each request from its sending, in the order of the requests. */
export const times = (records: readonly AttemptRecord[]): number[][] =>
  byRequest(records).map(({ sentUs, firstTokenUs, lastTokenUs }) => [
    sentUs,
    firstTokenUs - sentUs,
    lastTokenUs - sentUs,
  ]);

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}

/** Pico-units: exact as long as a test's figures are. */
export const pico = (amount: string): number => Math.round(Number(amount) * 1e12);
