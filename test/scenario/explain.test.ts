import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { METRICS } from '../../src/models/metrics.js';
import { CODES } from '../../src/scenario/codes.js';
import { explain, nearWords } from '../../src/scenario/explain.js';
import { loadScenario } from '../../src/scenario/load.js';
import { STARTER } from '../../src/scenario/starter.js';

const source = join(import.meta.dirname, '../../src');

describe('explain', () => {
  it('knows every code that a problem can carry, and no other', () => {
    const text = ['scenario/messages.ts', 'cli/load-file.ts', 'cli/commands/validate.ts']
      .map((file) => readFileSync(join(source, file), 'utf8'))
      .join('\n');
    const used = new Set(text.match(/(?<=')[SF]\d{3}(?=')/g));
    expect([...used].sort()).toEqual(Object.keys(CODES).sort());
    expect(explain('s030')).toEqual([{ kind: 'code', name: 'S030', text: CODES['S030'] }]);
  });

  it.each(METRICS.map(({ name }) => name))('knows the metric %s', (name) => {
    expect(explain(name).some(({ kind, text }) => kind === 'metric' && text.includes('Unit: '))).toBe(true);
  });

  it('knows a key by its name, by its path, and by the path with which a pool is addressed', () => {
    const nodes = { kind: 'field', name: 'fleet.nodes', text: 'Nodes at the start. Default: 1.' };
    for (const word of ['nodes', 'fleet.nodes', 'fleet.main.nodes']) expect(explain(word)).toContainEqual(nodes);
    expect(explain('fleet.nodes')).toHaveLength(1);
  });

  it('has no words for what does not exist, but for what is near', () => {
    expect(explain('__proto__')).toEqual([]);
    expect(explain('')).toEqual([]);
    expect(nearWords('shedrate')).toContain('shedRate');
  });
});

describe('the starter', () => {
  it('is a scenario without a problem', () => {
    const { scenario, problems } = loadScenario(STARTER, { file: 'scenario.yaml' });
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(scenario?.targets).toHaveLength(3);
  });
});
