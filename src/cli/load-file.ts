import { dirname, resolve } from 'node:path';
import type { Scenario } from '../models/scenario.js';
import { type TraceProblem, type TraceSource, type TraceTable, traceKey } from '../models/trace.js';
import { printable } from '../report/text-width.js';
import { loadScenario } from '../scenario/load.js';
import { type Problem, renderProblems, sortProblems } from '../scenario/problem.js';
import type { Tree } from '../scenario/source-tree.js';
import { traceUse } from '../sim/workload/trace-use.js';
import { readScenarioText } from './io.js';
import { readTrace } from './read-trace.js';

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
  /** By traceKey. */
  readonly traces: ReadonlyMap<string, TraceTable>;
  /** How the memory of each pool is divided, by its name. */
  readonly memory: ReadonlyMap<string, string>;
  readonly tree: Tree;
}

/** Reads a scenario and the trace files beside it. Throws a UserError only where the file itself cannot be read. */
export async function loadFile(file: string, options: LoadOptions): Promise<LoadedFile> {
  return (await openScenarioFile(file)).load(options);
}

export async function openScenarioFile(file: string): Promise<ScenarioFile> {
  return new ScenarioFile(file, await readScenarioText(file));
}

interface ReadTables {
  readonly tables: ReadonlyMap<string, TraceTable>;
  readonly problems: readonly Problem[];
}

/** A scenario file that is loaded many times with other values: it and its traces are read once. */
export class ScenarioFile {
  readonly #file: string;
  readonly #source: string;
  /** The same traces are the same map, which is then hashed and handed to threads once. */
  readonly #read = new Map<string, ReadTables>();

  constructor(file: string, source: string) {
    this.#file = file;
    this.#source = source;
  }

  async load(options: LoadOptions): Promise<LoadedFile> {
    const { scenario, problems, notes, traces, memory, tree } = loadScenario(this.#source, {
      file: this.#file,
      set: options.set,
      ...(options.seed === null ? {} : { seed: options.seed }),
    });
    const read = await this.#tables(traces);
    const found = [...read.problems];
    const uses = scenario === null ? [] : usesOf(scenario, read.tables);
    for (const { file, trouble } of uses) {
      if (trouble !== null)
        found.push(atTrace(this.#file, this.#source, file, 'F003', `cannot use ${file}: ${trouble}`));
    }
    const isUsable = scenario !== null && found.every(({ severity }) => severity !== 'error');
    return {
      file: this.#file,
      source: this.#source,
      scenario: isUsable ? scenario : null,
      problems: sorted(this.#file, [...problems, ...found]),
      notes: [...notes, ...new Set(uses.flatMap((use) => use.notes))],
      traces: read.tables,
      memory,
      tree,
    };
  }

  async #tables(traces: readonly TraceSource[]): Promise<ReadTables> {
    const key = JSON.stringify(traces);
    const known = this.#read.get(key);
    if (known !== undefined) return known;
    const tables = new Map<string, TraceTable>();
    const problems: Problem[] = [];
    for (const trace of traces) {
      const read = await readTables(this.#file, this.#source, trace);
      if (read.table !== null) tables.set(traceKey(trace), read.table);
      problems.push(...read.problems);
    }
    const both = { tables, problems };
    this.#read.set(key, both);
    return both;
  }
}

/** The scenario's own by place, then those of traces, which come in order of their rows. */
function sorted(file: string, problems: readonly Problem[]): readonly Problem[] {
  const isOfTrace = (problem: Problem): boolean => problem.file !== file && problem.option === undefined;
  return [...sortProblems(problems.filter((problem) => !isOfTrace(problem))), ...problems.filter(isOfTrace)];
}

/** How each class uses its trace, as far as the trace could be read. */
function usesOf(scenario: Scenario, tables: ReadonlyMap<string, TraceTable>) {
  const tierNames = scenario.provider.tiers.map(({ name }) => name);
  return scenario.traffic.flatMap((traffic) => {
    const { arrivals } = traffic;
    const table = arrivals.kind === 'trace' ? tables.get(traceKey(arrivals)) : undefined;
    if (arrivals.kind !== 'trace' || table === undefined) return [];
    return [{ file: arrivals.file, ...traceUse({ ...traffic, arrivals }, table, tierNames, scenario.durationUs) }];
  });
}

async function readTables(
  file: string,
  source: string,
  trace: TraceSource,
): Promise<{ readonly table: TraceTable | null; readonly problems: readonly Problem[] }> {
  const path = resolve(dirname(file), trace.file);
  try {
    const { table, problems } = await readTrace(path, () => trace);
    // What was tolerated is counted in the notes; the rows themselves are shown where they are too many.
    return { table, problems: table === null ? problems.map((problem) => badRow(trace, problem)) : [] };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `cannot read the trace ${trace.file}: ${reason}`;
    return { table: null, problems: [atTrace(file, source, trace.file, 'F001', message)] };
  }
}

function badRow({ file, maxBadRows }: TraceSource, { line, column, message, text }: TraceProblem): Problem {
  return {
    code: 'F002',
    severity: 'error',
    path: 'traffic',
    file,
    line: Math.max(1, line),
    column,
    message,
    excerpt: text,
    hint:
      maxBadRows === 0
        ? 'trace: {maxBadRows: 10} would leave out up to 10 such rows'
        : `more than the ${maxBadRows} bad rows that maxBadRows allows`,
  };
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

/** What is wrong with a trace, as the terminal shows it. */
export function badRowsText(trace: TraceSource, problems: readonly TraceProblem[], color: boolean): string {
  return renderProblems(
    problems.map((problem) => safeProblem(badRow(trace, problem))),
    '',
    { color },
  );
}

/** Points at the name of the trace where it stands in the file. */
function atTrace(file: string, source: string, traceFile: string, code: string, message: string): Problem {
  const at = Math.max(0, source.indexOf(traceFile));
  const before = source.slice(0, at).split(/\r\n|\r|\n/);
  const column = (before.at(-1) ?? '').length + 1;
  return {
    code,
    severity: 'error',
    path: 'traffic',
    file,
    line: before.length,
    column,
    endColumn: column + traceFile.length,
    message,
    found: traceFile,
    ...(code === 'F001' ? { hint: 'paths are relative to the scenario file' } : {}),
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
    ...(problem.excerpt === undefined ? {} : { excerpt: visible(problem.excerpt) }),
  };
}
