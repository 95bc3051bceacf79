import { dirname, resolve } from 'node:path';
import type { Scenario } from '../models/scenario.js';
import { printable } from '../report/text-width.js';
import { loadScenario } from '../scenario/load.js';
import { type Problem, renderProblems } from '../scenario/problem.js';
import { readScenarioText, readTraceText } from './io.js';

export interface LoadOptions {
  readonly set: readonly string[];
  readonly seed: string | null;
}

export interface LoadedFile {
  readonly file: string;
  readonly source: string;
  /** null: there are errors among the problems. */
  readonly scenario: Scenario | null;
  readonly problems: readonly Problem[];
  /** What the loader chose, for reports. */
  readonly notes: readonly string[];
  /** Trace file as the scenario names it -> its text, in the order of the scenario. */
  readonly traces: ReadonlyMap<string, string>;
}

/** Reads a scenario and the trace files beside it. Throws a UserError only where the file itself cannot be read. */
export async function loadFile(file: string, options: LoadOptions): Promise<LoadedFile> {
  const source = await readScenarioText(file);
  const { scenario, problems, notes, traceFiles } = loadScenario(source, {
    file,
    set: options.set,
    ...(options.seed === null ? {} : { seed: options.seed }),
  });
  const traces = new Map<string, string>();
  const missing: Problem[] = [];
  for (const traceFile of traceFiles) {
    try {
      traces.set(traceFile, await readTraceText(resolve(dirname(file), traceFile)));
    } catch (error) {
      missing.push(unreadableTrace(file, source, traceFile, error instanceof Error ? error.message : String(error)));
    }
  }
  const isUsable = scenario !== null && missing.length === 0;
  return { file, source, scenario: isUsable ? scenario : null, problems: [...problems, ...missing], notes, traces };
}

/** The problems as the terminal shows them; whatever a file may carry to steer the terminal is taken out first. */
export function problemsText(loaded: LoadedFile, color: boolean): string {
  if (loaded.problems.length === 0) return '';
  const source = loaded.source
    .split(/\r\n|\r|\n/)
    .map(visible)
    .join('\n');
  return renderProblems(loaded.problems.map(safeProblem), source, { color });
}

/** Points at the name of the trace where it stands in the file. */
function unreadableTrace(file: string, source: string, traceFile: string, reason: string): Problem {
  const at = Math.max(0, source.indexOf(traceFile));
  const before = source.slice(0, at).split(/\r\n|\r|\n/);
  const column = (before.at(-1) ?? '').length + 1;
  return {
    code: 'F001',
    severity: 'error',
    path: 'traffic',
    file,
    line: before.length,
    column,
    endColumn: column + traceFile.length,
    message: `cannot read the trace ${traceFile}: ${reason}`,
    found: traceFile,
    hint: 'paths are relative to the scenario file',
  };
}

/** Keeps the columns: every character that cannot be shown becomes one that can. */
function visible(line: string): string {
  return [...line]
    .map((character) => (character === '\t' || printable(character) !== '' ? character : '\uFFFD'))
    .join('');
}

function safeProblem(problem: Problem): Problem {
  return {
    ...problem,
    file: printable(problem.file),
    message: printable(problem.message),
    ...(problem.hint === undefined ? {} : { hint: printable(problem.hint) }),
    ...(problem.allowed === undefined ? {} : { allowed: problem.allowed.map(printable) }),
    ...(problem.option === undefined ? {} : { option: visible(problem.option) }),
  };
}
