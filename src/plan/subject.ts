import type { Scenario } from '../models/scenario.js';
import { hashWithTraces } from '../scenario/hash.js';

/** A scenario with all that its runs need and their summaries say. */
export interface Subject {
  readonly scenario: Scenario;
  readonly hash: string;
  readonly version: string;
  /** Text of each trace file, by the name the scenario gives it. */
  readonly traces: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
}

/** The same with another scenario, such as one of more load. */
export function withScenario(subject: Subject, scenario: Scenario): Subject {
  return { ...subject, scenario, hash: hashWithTraces(scenario, subject.traces) };
}
