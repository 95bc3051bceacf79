import type { TierProfile } from '../../src/models/provider.js';
import type { Scenario } from '../../src/models/scenario.js';
import type { AttemptRecord } from '../../src/sim/record.js';
import { simulate } from '../../src/sim/simulate.js';
import type { Summary } from '../../src/sim/summary.js';

/** How many scenarios each law is tried on. */
export const CASES = process.env['TIERSIM_FULL'] === '1' ? 2000 : 200;
/** Of one law. */
export const TIMEOUT_MS = process.env['TIERSIM_FULL'] === '1' ? 600_000 : 60_000;
/** One seed, so that a failure in one place is a failure everywhere; fast-check prints it with the counterexample. */
export const DRAWS = { numRuns: CASES, seed: 20_261_121 } as const;

export interface Ran {
  readonly summary: Summary;
  /** In the order in which attempts ended. */
  readonly records: readonly AttemptRecord[];
}

/** Runs it, or remembers: the laws of one file are tried on the same scenarios. */
export function ran(scenario: Scenario): Ran {
  const key = JSON.stringify(scenario);
  const known = remembered.get(key) ?? fresh(scenario);
  if (remembered.size < CASES) remembered.set(key, known);
  return known;
}

const remembered = new Map<string, Ran>();

export function fresh(scenario: Scenario): Ran {
  const records: AttemptRecord[] = [];
  const summary = simulate(scenario, {
    version: 'test',
    hash: '',
    onRecord: (record) => records.push({ ...record }),
  });
  return { summary, records };
}

/** Attempts of requests first sent in the counted window. */
export function counted({ warmupUs }: Scenario, records: readonly AttemptRecord[]): AttemptRecord[] {
  return records.filter(({ requestSentUs }) => requestSentUs >= warmupUs);
}

/** Exact decimal text to whole pico-units. */
export function picoOf(text: string): bigint {
  const [whole, decimals = ''] = text.replace('-', '').split('.');
  const magnitude = BigInt(whole + decimals.padEnd(12, '0'));
  return text.startsWith('-') ? -magnitude : magnitude;
}

/** The tier that an attempt asking for this one is treated as. */
export function tierMeant({ provider }: Scenario, tierAsked: string): TierProfile {
  const isDowngraded = provider.support.some(({ tier, answer }) => tier === tierAsked && answer === 'downgrade');
  return provider.tiers.find(({ name }) => name === (isDowngraded ? provider.defaultTier : tierAsked))!;
}
