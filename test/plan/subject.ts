import type { Scenario } from '../../src/models/scenario.js';
import type { TraceTable } from '../../src/models/trace.js';
import type { Subject } from '../../src/plan/subject.js';
import { hashWithTraces } from '../../src/scenario/hash.js';

export function subjectOf(scenario: Scenario, traces: ReadonlyMap<string, TraceTable> = new Map()): Subject {
  return { scenario, hash: hashWithTraces(scenario, traces), version: 'test', traces, warnings: [], notes: [] };
}
