import type { Subject } from '../plan/subject.js';
import { hashWithTraces } from '../scenario/hash.js';
import { type LoadedFile, problemsText, type ScenarioFile } from './load-file.js';
import type { Terminal } from './terminal.js';
import { UserError } from './user-error.js';

export interface SubjectOptions {
  readonly set: readonly string[];
  readonly seed: string | null;
  readonly version: string;
  /** Further values, from another option than --set; a mistake in one of them is told of that option. */
  readonly by?: { readonly option: string; readonly set: readonly string[] };
}

/** The scenario must load: an error in it is shown and ends the command. */
export async function loadSubject(file: ScenarioFile, options: SubjectOptions, terminal: Terminal): Promise<Subject> {
  const { by } = options;
  const set = [...options.set, ...(by?.set ?? [])];
  const loaded = await file.load({ set, seed: options.seed });
  if (loaded.scenario === null) {
    const problems = loaded.problems.map((problem) => {
      const isBy = by !== undefined && problem.option !== undefined && by.set.includes(problem.option);
      return isBy ? { ...problem, file: by.option } : problem;
    });
    terminal.errorText(problemsText({ ...loaded, problems }, terminal.errorColor));
    throw new UserError(`${loaded.file}${set.length === 0 ? '' : ` with ${set.join(' ')}`} cannot be run`);
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
