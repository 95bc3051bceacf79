import { replicate } from '../../plan/replicate.js';
import { safeJson, summaryJson } from '../../report/json.js';
import { renderTable } from '../../report/table.js';
import { hashWithTraces } from '../../scenario/hash.js';
import type { AttemptRecord } from '../../sim/record.js';
import { eventName, Run, type RunOptions, simulate } from '../../sim/simulate.js';
import type { Summary } from '../../sim/summary.js';
import { TraceError } from '../../sim/trace-error.js';
import { DeterminismCheck } from '../determinism-check.js';
import { drive } from '../drive.js';
import { EXIT, type ExitCode, worstExit } from '../exit-codes.js';
import { Interrupt } from '../interrupt.js';
import { LiveLine } from '../live-line.js';
import { type LoadedFile, loadFile, problemsText } from '../load-file.js';
import { prepareForLength } from '../long-run.js';
import { reportFailures, withManyRuns } from '../many-runs.js';
import {
  ClaimedPaths,
  filesNote,
  type OutputRequest,
  outFolder,
  type PlannedFile,
  planFiles,
  writeFiles,
} from '../outputs.js';
import { progressLine } from '../progress.js';
import { RecordFile, type RecordSink } from '../record-file.js';
import { repeatCommand } from '../repeat-command.js';
import type { Terminal } from '../terminal.js';
import { UserError } from '../user-error.js';

export interface RunCommand {
  readonly files: readonly string[];
  readonly set: readonly string[];
  readonly seed: string | null;
  readonly out: string | null;
  readonly outputs: readonly OutputRequest[];
  readonly requests: boolean;
  readonly json: boolean;
  readonly check: boolean;
  readonly workers: number | null;
  readonly runsFolder: string | null;
  readonly version: string;
}

interface FileResult {
  readonly code: ExitCode;
  /** What --json prints for this file. */
  readonly json: string;
}

type LoadedScenario = LoadedFile & { readonly scenario: NonNullable<LoadedFile['scenario']> };

/** Runs every file in turn; the exit code is that of the worst. One file that fails does not stop the others. */
export async function runCommand(command: RunCommand, terminal: Terminal): Promise<ExitCode> {
  if (command.requests && command.out === null) throw new UserError('--requests needs --out DIR to write to');
  const claimed = new ClaimedPaths(command.files);
  const results: FileResult[] = [];
  for (const file of command.files) {
    const result = await runFile(file, command, claimed, terminal, results.length > 0);
    results.push(result);
    if (result.code === EXIT.interrupted || isPointless(command, terminal)) break;
  }
  if (command.json) {
    const documents = results.map(({ json }) => json);
    terminal.out(`${command.files.length === 1 ? documents[0] : `[\n${documents.join(',\n')}\n]`}\n`);
  }
  return worstExit(results.map(({ code }) => code));
}

/** Nobody reads the tables any more, and no files are wanted. */
function isPointless(command: RunCommand, terminal: Terminal): boolean {
  return terminal.isOutClosed && command.out === null && command.outputs.length === 0;
}

async function runFile(
  file: string,
  command: RunCommand,
  claimed: ClaimedPaths,
  terminal: Terminal,
  isLater: boolean,
): Promise<FileResult> {
  try {
    const loaded = await loadFile(file, command);
    const { scenario } = loaded;
    if (scenario === null) {
      terminal.errorText(problemsText(loaded, terminal.errorColor));
      return { code: EXIT.usage, json: problemsJson(file, loaded.problems) };
    }
    return await runScenario({ ...loaded, scenario }, command, claimed, terminal, isLater);
  } catch (error) {
    const message = userMessage(error);
    if (message === null) throw error;
    terminal.error(`error: ${message}`);
    return { code: EXIT.usage, json: problemsJson(file, [{ code: 'F000', severity: 'error', file, message }]) };
  }
}

/** What the user can put right; null: the error is ours. */
function userMessage(error: unknown): string | null {
  if (error instanceof UserError) return error.message;
  if (!(error instanceof TraceError)) return null;
  return `cannot use the trace ${error.file}${error.line > 0 ? `, line ${error.line}` : ''}: ${error.message}`;
}

async function runScenario(
  loaded: LoadedScenario,
  command: RunCommand,
  claimed: ClaimedPaths,
  terminal: Terminal,
  isLater: boolean,
): Promise<FileResult> {
  const { scenario, traces, file } = loaded;
  const folder = command.out === null ? null : outFolder(command.out, scenario.name);
  const planned = await planFiles(folder, command.outputs, scenario.name, command.requests);
  claimed.claim(planned.map(({ path }) => path));
  const repeat = repeatCommand(file, command.set, command.seed);
  const options: RunOptions = {
    version: command.version,
    hash: hashWithTraces(scenario, traces),
    traces,
    // Part of every report, so they are not said on standard error as well; `validate` shows them in their place.
    warnings: loaded.problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)),
    notes: loaded.notes,
    detail: true,
    command: repeat,
  };
  if (scenario.replications > 1) return runReplicated(loaded, options, planned, folder, command, terminal, isLater);
  prepareForLength(scenario, traces);
  const check = command.check ? new DeterminismCheck() : null;
  const { summary, sinks } = await simulateOnce(loaded, options, planned, check, terminal);

  await writeFiles(planned, summary, repeat);
  const made = planned.filter(({ content }) => content !== 'parquet' && content !== 'requests');
  if (made.length > 0) terminal.note(filesNote(made, folder));
  for (const sink of sinks) await closeRecords(sink, summary.run.complete, terminal);
  if (!command.json) {
    const table = renderTable(summary, { color: terminal.color, width: terminal.width, repeat });
    terminal.out(isLater ? `\n${table}` : table);
  }
  const verdict = summaryExit(summary);
  const checked =
    check === null || verdict === EXIT.interrupted
      ? EXIT.fine
      : await checkAgain(loaded, options, check, summary, terminal);
  return { code: worstExit([checked, verdict]), json: command.json ? summaryJson(summary) : '' };
}

/** Several runs on all cores, and their means. */
async function runReplicated(
  { scenario, traces, file }: LoadedScenario,
  options: RunOptions,
  planned: readonly PlannedFile[],
  folder: string | null,
  command: RunCommand,
  terminal: Terminal,
  isLater: boolean,
): Promise<FileResult> {
  for (const [name, isGiven] of [
    ['--requests', command.requests],
    ['--check', command.check],
    ['-o parquet', command.outputs.some(({ kind }) => kind === 'parquet')],
  ] as const) {
    if (isGiven) throw new UserError(`${name} is about one run: add --set replications=1`);
  }
  const { hash, version, warnings = [], notes = [] } = options;
  const subject = { scenario, hash, version, traces, warnings, notes };
  const replicated = await withManyRuns(scenario.name, command, terminal, (executor) => replicate(subject, executor));
  if (replicated === null) return { code: EXIT.interrupted, json: 'null' };
  const { summary: means, failures } = replicated;
  reportFailures(failures, terminal);
  if (means === null) return { code: EXIT.internalError, json: 'null' };
  // Charts show one run, for there is no mean of a request: the first is run again with all that they need.
  const summary = planned.length === 0 ? means : { ...means, detail: simulate(scenario, options).detail };
  const repeat = repeatCommand(file, command.set, command.seed);
  await writeFiles(planned, summary, repeat);
  if (planned.length > 0) terminal.note(filesNote(planned, folder));
  if (!command.json) {
    const table = renderTable(summary, { color: terminal.color, width: terminal.width, repeat });
    terminal.out(isLater ? `\n${table}` : table);
  }
  const code = failures.length > 0 ? EXIT.incomplete : EXIT.fine;
  return { code: worstExit([code, summaryExit(summary)]), json: command.json ? summaryJson(summary) : '' };
}

function summaryExit(summary: Summary): ExitCode {
  if (!summary.run.complete) return EXIT.interrupted;
  return summary.targets.every((target) => target.passed) ? EXIT.fine : EXIT.targetMissed;
}

/** Runs to the end or to the first Ctrl-C. */
async function simulateOnce(
  { scenario }: LoadedScenario,
  options: RunOptions,
  planned: readonly PlannedFile[],
  check: DeterminismCheck | null,
  terminal: Terminal,
): Promise<{ readonly summary: Summary; readonly sinks: readonly RecordSink[] }> {
  const sinks: RecordSink[] = [];
  const wanted = planned.filter(({ content }) => content === 'requests' || content === 'parquet');
  const onRecord = (record: AttemptRecord): void => {
    for (const sink of sinks) sink.write(record);
  };
  const run = new Run(scenario, {
    ...options,
    ...(wanted.length === 0 ? {} : { onRecord }),
    ...(check === null ? {} : { onEvent: (_timeUs, _kind, _subject, fingerprint) => check.keep(fingerprint) }),
  });
  // After the run is made: a trace it refuses must not leave a file behind.
  for (const { content, path } of wanted) sinks.push(await recordSink(content, path));
  const isStopped = await driveVisibly(run, scenario.name, terminal, sinks);
  if (isStopped) terminal.note(`interrupted: the results cover a part of the run (Ctrl-C again to drop them)`);
  return { summary: run.summary(), sinks };
}

/** Few runs write Parquet, and its library takes longer to load than a small scenario to run. */
async function recordSink(content: PlannedFile['content'], path: string): Promise<RecordSink> {
  if (content !== 'parquet') return new RecordFile(path);
  const { ParquetFile } = await import('../parquet-file.js');
  return new ParquetFile(path);
}

/** Drives with progress line and signal handlers; true when it was interrupted before the end. */
async function driveVisibly(
  run: Run,
  label: string,
  terminal: Terminal,
  sinks: readonly RecordSink[],
): Promise<boolean> {
  const line = new LiveLine(terminal.isLive);
  const startedMs = performance.now();
  const interrupt = new Interrupt(() => line.clear());
  interrupt.listen();
  try {
    await drive(run, interrupt, async () => {
      line.update(() => progressLine(label, run, (performance.now() - startedMs) / 1000));
      for (const sink of sinks) await sink.drain();
    });
  } finally {
    line.clear();
    interrupt.release();
  }
  return !run.done;
}

async function closeRecords(sink: RecordSink, isComplete: boolean, terminal: Terminal): Promise<void> {
  const path = await sink.close(isComplete);
  terminal.note(isComplete ? `wrote ${path}` : `${path} holds the attempts that had ended by then`);
}

/** The second run of --check; says on standard error what came of it. */
async function checkAgain(
  { scenario, file }: LoadedScenario,
  options: RunOptions,
  check: DeterminismCheck,
  first: Summary,
  terminal: Terminal,
): Promise<ExitCode> {
  const run = new Run(scenario, {
    ...options,
    onEvent: (timeUs, kind, subject, fingerprint) => check.compare(timeUs, kind, subject, fingerprint),
  });
  const isStopped = await driveVisibly(run, `${scenario.name}, second run`, terminal, []);
  if (isStopped) {
    terminal.error(`check: ${file}: interrupted after ${check.compared} events, nothing can be said`);
    return EXIT.interrupted;
  }
  const difference = differenceText(check);
  if (difference === null && summaryJson(run.summary()) === summaryJson(first)) {
    terminal.note(`check: ${file}: identical, ${check.kept} events, fingerprint ${first.run.fingerprint}`);
    return EXIT.fine;
  }
  terminal.error(`check: ${file}: ${difference ?? 'the events are the same but the summaries differ'}`);
  return EXIT.internalError;
}

function differenceText(check: DeterminismCheck): string | null {
  const { difference, kept, compared } = check;
  if (difference !== null) {
    return `the runs differ from event ${difference.index} on: ${eventName(difference.kind)} of subject ${difference.subject} at ${difference.timeUs} µs in the second run`;
  }
  return compared < kept ? `the second run ends after ${compared} of ${kept} events` : null;
}

function problemsJson(file: string, problems: readonly object[]): string {
  return safeJson({ schema: 'tiersim-problems/1', file, problems });
}
