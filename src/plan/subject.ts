import type { Scenario } from '../models/scenario.js';
import type { TraceTable } from '../models/trace.js';
import { hashWithTraces } from '../scenario/hash.js';

/** A scenario with all that its runs need and their summaries say. */
export interface Subject {
  readonly scenario: Scenario;
  readonly hash: string;
  readonly version: string;
  /** By traceKey. */
  readonly traces: ReadonlyMap<string, TraceTable>;
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
}

/** The same with another scenario, such as one of more load. */
export function withScenario(subject: Subject, scenario: Scenario): Subject {
  return { ...subject, scenario, hash: hashWithTraces(scenario, subject.traces) };
}
