import type { Subject } from '../plan/subject.js';
import { hashWithTraces } from '../scenario/hash.js';
import { type LoadedFile, problemsText, type ScenarioFile } from './load-file.js';
import type { Terminal } from './terminal.js';
import { UserError } from './user-error.js';

export interface SubjectOptions {
  readonly set: readonly string[];
  readonly seed: string | null;
  readonly version: string;
}

/** The scenario must load: an error in it is shown and ends the command. */
export async function loadSubject(file: ScenarioFile, options: SubjectOptions, terminal: Terminal): Promise<Subject> {
  const loaded = await file.load(options);
  if (loaded.scenario === null) {
    terminal.errorText(problemsText(loaded, terminal.errorColor));
    throw new UserError(
      `${loaded.file}${options.set.length === 0 ? '' : ` with ${options.set.join(' ')}`} cannot be run`,
    );
  }
  return subjectOf({ ...loaded, scenario: loaded.scenario }, options.version);
}

export function subjectOf(
  { scenario, traces, problems, notes }: LoadedFile & { readonly scenario: NonNullable<LoadedFile['scenario']> },
  version: string,
): Subject {
  return {
    scenario,
    hash: hashWithTraces(scenario, traces),
    version,
    traces,
    warnings: problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)),
    notes,
  };
}
