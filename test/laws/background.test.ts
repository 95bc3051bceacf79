import { describe, expect, it } from 'vitest';
import { loadScenario } from '../../src/scenario/load.js';
import { simulate } from '../../src/sim/simulate.js';
import type { Summary } from '../../src/sim/summary.js';
import { TIMEOUT_MS } from './run.js';

const SEEDS = [1, 2, 3, 4, 5, 6];
const SEATS = 256;

interface Fleet {
  /** Of the capacity, by people alone. */
  readonly load: string;
  /** Seats of each node that background may take, and up to which pressure it is dispatched. */
  readonly seats: number;
  readonly gate: string;
}

function run({ load, seats, gate }: Fleet, seed: number, jobs: string | null): Summary {
  const text = `
    duration: 9m
    warmup: 1m
    provider: {extends: neutral, tiers: {background: {hold: {dispatchAtPressure: ${gate}}}}}
    fleet:
      - name: main
        model: llama-3.1-8b
        hardware: h100
        nodes: 2
        engine: {maxNumSeqs: ${SEATS}}
        reservedSlots: {standard: ${SEATS - seats}}
    traffic:
      - name: people
        model: llama-3.1-8b
        tier: standard
        arrivals: {load: ${load}}
        input: {lognormal: {mean: 900, p95: 3000}}
        output: {lognormal: {mean: 250, p95: 800}}
      ${jobs === null ? '' : `- {name: jobs, model: llama-3.1-8b, tier: background, arrivals: ${jobs}, input: 1000, output: 200}`}`;
  const { scenario, problems } = loadScenario(text, { file: 'background.yaml', seed: String(seed) });
  if (scenario === null) throw new Error(JSON.stringify(problems));
  return simulate(scenario, { version: 'test', hash: '' });
}

/** What background adds to the p95 of people's TTFT, in the mean over runs with the same people. */
function interference(fleet: Fleet): { readonly addedMs: number; readonly ofMs: number; readonly jobsDone: number } {
  let [addedMs, ofMs, jobsDone] = [0, 0, 0];
  for (const seed of SEEDS) {
    const alone = run(fleet, seed, null).tiers['standard']!.ttftMs.p95!;
    const { tiers } = run(fleet, seed, '6/s');
    addedMs += (tiers['standard']!.ttftMs.p95! - alone) / SEEDS.length;
    ofMs += alone / SEEDS.length;
    jobsDone += tiers['background']!.outcomes.completed;
  }
  return { addedMs, ofMs, jobsDone };
}

const tolerance = (ofMs: number): number => Math.max(0.02 * ofMs, 5);

describe('background that is gated by pressure and by seats', { timeout: 4 * TIMEOUT_MS }, () => {
  // 80 % of the computed capacity is about 90 % of the largest load that these people sustain.
  it.each(['40%', '60%', '80%'])('at %s load by others adds at most 2 % or 5 ms to the p95 of their TTFT', (load) => {
    const { addedMs, ofMs, jobsDone } = interference({ load, seats: 2, gate: '60%' });
    expect(addedMs).toBeLessThanOrEqual(tolerance(ofMs));
    if (load === '40%') expect(jobsDone).toBeGreaterThan(1000);
  });

  it('while the same jobs without a gate add many times that, and are caught', () => {
    const { addedMs, ofMs } = interference({ load: '60%', seats: SEATS, gate: '100%' });
    expect(addedMs).toBeGreaterThan(3 * tolerance(ofMs));
  });

  it('and jobs that are never dispatched change nothing, to the last bit', () => {
    const fleet = { load: '60%', seats: 0, gate: '60%' };
    const [alone, beside] = [run(fleet, 1, null), run(fleet, 1, '6/s')];
    expect(beside.tiers['background']!.outcomes.completed).toBe(0);
    for (const figure of ['ttftMs', 'tpotMs', 'e2eMs', 'queueMs'] as const) {
      expect(beside.tiers['standard']![figure]).toEqual(alone.tiers['standard']![figure]);
    }
  });
});
