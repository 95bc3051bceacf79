import fc from 'fast-check';
import { expect } from 'vitest';
import type { AttemptRecord } from '../../../src/sim/record.js';
import { BOX, FULL_RATE, play } from '../play.js';

export interface Pair {
  /** The provider as scenario text. */
  readonly provider: string;
  readonly model: string;
  /** Of the two the one that is to be turned away last. */
  readonly urgent: string;
  readonly lesser: string;
}

/**
 * The same request at the same instant of the same run, once under each label: wherever the more urgent label is turned
 * away, the less urgent one is too. Load, mix and instant are drawn so that each of the three fates is met.
 */
export function isTurnedAwayLast({ provider, model, urgent, lesser }: Pair, runs = 50): void {
  const drawn = fc.record({
    seed: fc.nat(1e6),
    load: fc.double({ min: 0.7, max: 6, noNaN: true }),
    urgentShare: fc.constantFrom(0, 20, 60, 90, 100),
    at: fc.integer({ min: 8, max: 45 }),
    prompt: fc.constantFrom(20, 200, 2000),
    nodes: fc.constantFrom(1, 1, 2),
  });
  const fates = { both: 0, lesser: 0, none: 0 };
  fc.assert(
    fc.property(drawn, ({ seed, load, urgentShare, at, prompt, nodes }) => {
      const probe = (tier: string): AttemptRecord => {
        const { records } = play(`
seed: ${seed}
duration: ${at + 1}s
provider: ${provider}
${BOX}
fleet: [{name: main, model: ${model}, hardware: box, nodes: ${nodes}}]
traffic:
  - {name: others, model: ${model}, tier: {${urgent}: ${urgentShare}%, ${lesser}: ${100 - urgentShare}%}, arrivals: ${nodes * FULL_RATE * load}/s, input: {uniform: [20, 180]}, output: {exponential: 50}}
  - {name: probe, model: ${model}, tier: ${tier}, arrivals: {constant: ${1 / at}/s}, input: ${prompt}, output: 10}
`);
        const found = records.filter((one) => one.class === 'probe');
        expect(found).toHaveLength(1);
        return found[0]!;
      };
      const [first, second] = [probe(urgent), probe(lesser)];
      expect(first.sentUs).toBe(second.sentUs);
      if (first.outcome === 'shed') expect(second.outcome).toBe('shed');
      fates[first.outcome === 'shed' ? 'both' : second.outcome === 'shed' ? 'lesser' : 'none']++;
    }),
    // Found again at once by the seed: nothing is shrunk.
    { numRuns: runs, seed: 5, endOnFailure: true },
  );
  for (const times of Object.values(fates)) expect(times).toBeGreaterThan(runs / 20);
}
