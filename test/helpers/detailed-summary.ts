import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scenarioHash } from '../../src/scenario/hash.js';
import { loadScenario } from '../../src/scenario/load.js';
import { simulate } from '../../src/sim/simulate.js';
import type { Detail, Summary } from '../../src/sim/summary.js';

const SCENARIOS = join(import.meta.dirname, '..', '..', 'scenarios');

/** A shipped scenario, shortened, with all that charts are made of. */
export function detailedSummary(
  name = 'four-tiers',
  set: readonly string[] = [
    'duration=6m',
    'warmup=30s',
    'traffic.all.arrivals={profile: [[0m, 20/s], [4m, 70/s], [6m, 2/s]]}',
  ],
): Summary & { readonly detail: Detail } {
  const text = readFileSync(join(SCENARIOS, `${name}.yaml`), 'utf8');
  const { scenario, problems, notes } = loadScenario(text, { file: `${name}.yaml`, set: [...set] });
  if (scenario === null) throw new Error(JSON.stringify(problems, null, 2));
  const summary = simulate(scenario, {
    version: 'test',
    hash: scenarioHash(scenario),
    warnings: problems.map(({ message }) => message),
    notes,
    detail: true,
    command: `tiersim run scenarios/${name}.yaml`,
  });
  return { ...summary, detail: summary.detail! };
}
