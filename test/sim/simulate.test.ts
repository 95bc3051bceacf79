import { describe, expect, it } from 'vitest';
import { eventName, simulate, TraceError } from '../../src/sim/simulate.js';
import { scenario, traced, traffic } from '../helpers/scenario.js';

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

  it('says which line of a trace is wrong', () => {
    const { spec, file, text } = traced([[0, 1, 1]]);
    const made = scenario({ traffic: [spec] });
    const run = (trace: string) => () => simulate(made, { ...OPTIONS, traces: new Map([[file, trace]]) });
    expect(run(text)).not.toThrow();
    expect(run(`${text}nonsense\n`)).toThrow(TraceError);
    expect(run(`${text}nonsense\n`)).toThrow(expect.objectContaining({ file, line: 3 }));
  });

  it('says when a trace was not handed in', () => {
    const made = scenario({ traffic: [traced([]).spec] });
    expect(() => simulate(made, OPTIONS)).toThrow('not handed in');
  });
});
