import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadScenario } from '../src/scenario/load.js';
import { simulate } from '../src/sim/simulate.js';
import type { Summary } from '../src/sim/summary.js';

/**
 * What is claimed of services, each as a scenario whose targets hold it from both sides. A target that cannot be missed
 * proves nothing: with the mechanism of the claim switched off the targets named here are missed.
 */
const CLAIMS: Readonly<Record<string, readonly Off[]>> = {
  'google-bill': [
    {
      what: 'priority has no limit of its own: nothing is downgraded',
      set: ['accounts.contact-centre.limits={tiers: {priority: {rpm: 2000}}}'],
      misses: ['priority.downgradeRate', 'priority.served.billed', 'standard.served.billed'],
    },
    {
      what: 'flex is not evicted',
      set: ['provider.tiers.flex.eviction=false'],
      misses: ['flex.evictedRate', 'flex.billed'],
    },
    { what: 'flex costs as much as standard', set: ['provider.tiers.flex.price=1'], misses: ['flex.billed'] },
    { what: 'what was evicted is billed', set: ['provider.billing.evicted=emitted'], misses: ['flex.billed'] },
  ],
  'siati-claims': [
    {
      what: 'every machine is as good as any other to every tier',
      set: ['fleet.*.tierWeights={slow: 1, medium: 1, fast: 1, ludicrous: 1}'],
      misses: [
        'slow.tpot.p50',
        'medium.tpot.p50',
        'ludicrous.tpot.p50',
        'ludicrous.ttft.p95',
        'slow.joulesPerOutputToken',
        'medium.joulesPerOutputToken',
        'ludicrous.joulesPerOutputToken',
        'fast.margin',
        'ludicrous.margin',
        'slow.margin',
      ],
    },
    {
      what: 'ludicrous costs what fast costs',
      set: ['provider.prices={"*": {input: 1, output: 1, tiers: {ludicrous: {input: 2, output: 4}}}}'],
      misses: ['ludicrous.margin'],
    },
  ],
  'siati-idle-slots': [
    { what: 'no seats are reserved', set: ['fleet.l40s.reservedSlots={}'], misses: ['slow.queue.p95'] },
    {
      what: 'slow has Sparks of its own',
      set: [
        'fleet=[{name: l40s, model: apertus-70b, hardware: l40s, gpusPerNode: 4, tierWeights: {fast: 500}}, {name: spark, model: apertus-70b, hardware: gb10, nodes: 3, tierWeights: {slow: 300}}]',
      ],
      misses: ['slow.joulesPerOutputToken', 'total.joulesPerOutputToken', 'slow.queue.p95', 'total.margin'],
    },
  ],
};

interface Off {
  /** What the service is like then. */
  readonly what: string;
  readonly set: readonly string[];
  /** The metrics whose targets are missed, all of them and at least these. */
  readonly misses: readonly string[];
}

function play(name: string, set: readonly string[] = []): Summary {
  const file = `${name}.yaml`;
  const text = readFileSync(join(import.meta.dirname, '..', 'scenarios', file), 'utf8');
  const { scenario, problems } = loadScenario(text, { file, set });
  if (scenario === null) throw new Error(JSON.stringify(problems, null, 2));
  return simulate(scenario, { version: 'test', hash: '' });
}

const missed = (summary: Summary): string[] =>
  summary.targets.filter(({ passed }) => !passed).map(({ target, actual }) => `${target}: ${actual}`);

/** The part of a target between its bounds. */
const metricOf = (target: string): string => target.split(/[<>]=?/).find((part) => /^\s*[a-z]+\.[a-z]/i.test(part))!.trim();

describe.each(Object.entries(CLAIMS))('%s', (name, offs) => {
  it('holds', () => {
    const summary = play(name);
    expect(summary.targets.length).toBeGreaterThan(1);
    expect(missed(summary)).toEqual([]);
  });

  it.each(offs)('does not hold when $what', ({ set, misses }) => {
    const summary = play(name, set);
    const metrics = summary.targets.filter(({ passed }) => !passed).map(({ target }) => metricOf(target));
    expect(metrics).toEqual(expect.arrayContaining([...misses]));
  });
});

it('every claim has its source in the first lines of its file', () => {
  for (const name of Object.keys(CLAIMS)) {
    const head = readFileSync(join(import.meta.dirname, '..', 'scenarios', `${name}.yaml`), 'utf8').split('\nseed:')[0];
    expect(head, name).toMatch(/^about: .+\n# Claim \(.*20\d\d/);
  }
});
