import { describe, expect, it } from 'vitest';
import type { TraceTable } from '../../src/models/trace.js';
import { eventName, simulate } from '../../src/sim/simulate.js';
import { TraceError } from '../../src/sim/trace-error.js';
import { scenario, tableOf, traced, traffic } from '../helpers/scenario.js';

const OPTIONS = { version: '1.2.3', hash: 'abc' };

describe('simulate', () => {
  it('repeats what it was told, and nothing of the machine', () => {
    const made = scenario({ name: 'n', about: 'why', seed: '7', durationUs: 1e6 });
    const summary = simulate(made, { ...OPTIONS, warnings: ['careful'] });
    expect(summary).toMatchObject({
      schema: 'tiersim-summary/2',
      scenario: { name: 'n', about: 'why', seed: '7', hash: 'abc' },
      run: { version: '1.2.3', complete: true, simulatedSeconds: 1, window: { fromSeconds: 0, toSeconds: 1 } },
      warnings: ['careful'],
    });
  });

  it('is plain data: it survives JSON unchanged', () => {
    const summary = simulate(scenario({ durationUs: 1e7 }), OPTIONS);
    expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
  });

  it('names every event it shows', () => {
    const names = new Set<string>();
    const made = scenario({
      durationUs: 1e7,
      traffic: [traffic({ client: { ...traffic().client, patienceUs: 1000 } })],
    });
    simulate(made, { ...OPTIONS, onEvent: (_, kind) => names.add(eventName(kind)) });
    expect([...names]).toEqual(expect.arrayContaining(['arrival', 'step', 'end', 'warmupEnd', 'patience']));
    expect(eventName(250)).toBe('kind 250');
  });

  it('says why a class cannot play its trace', () => {
    const { spec, text } = traced([[0, 1, 1]]);
    const made = scenario({ traffic: [spec] });
    const [key, table] = tableOf(spec.arrivals, text);
    const run = (of: TraceTable) => () => simulate(made, { ...OPTIONS, traces: new Map([[key, of]]) });
    expect(run(table)).not.toThrow();
    const lost = { ...table, input: null } as TraceTable;
    expect(run(lost)).toThrow(TraceError);
    expect(run(lost)).toThrow(expect.objectContaining({ file: 'all.csv', line: 0 }));
  });

  it('says when a trace was not handed in', () => {
    const made = scenario({ traffic: [traced([]).spec] });
    expect(() => simulate(made, OPTIONS)).toThrow('not handed in');
  });
});
