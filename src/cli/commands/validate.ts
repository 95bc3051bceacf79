import { fleetLoad } from '../../models/fleet-load.js';
import type { Scenario } from '../../models/scenario.js';
import { formatDuration } from '../../report/format.js';
import { safeJson } from '../../report/json.js';
import { printable } from '../../report/text-width.js';
import { type FilledLine, filledLines } from '../../scenario/filled.js';
import { remarksOn } from '../../scenario/filled-remarks.js';
import { hashWithTraces } from '../../scenario/hash.js';
import { PROBLEMS_SCHEMA, type ProblemReport, problemJson } from '../../scenario/problem-schema.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { type LoadedFile, loadFile, problemsText } from '../load-file.js';
import type { Terminal } from '../terminal.js';
import { UserError } from '../user-error.js';

export interface ValidateCommand {
  readonly files: readonly string[];
  readonly set: readonly string[];
  readonly seed: string | null;
  readonly json: boolean;
  /** Prints the scenario with nothing left to defaults, and what comes of it. */
  readonly explain: boolean;
}

const HASH_DIGITS_SHOWN = 16;
/** Origins stand in one column, behind lines up to this long. */
const VALUE_COLUMNS_MAX = 60;

/** Loads every file and says what is wrong with it, or what it describes. */
export async function validateCommand(command: ValidateCommand, terminal: Terminal): Promise<ExitCode> {
  const problems: ProblemReport['problems'] = [];
  const files: ProblemReport['files'] = [];
  for (const file of command.files) {
    const loaded = await loadOrReason(file, command);
    if (typeof loaded === 'string') {
      problems.push(
        problemJson({ code: 'F000', severity: 'error', path: '', file, line: 1, column: 1, message: loaded }),
      );
      files.push({ file, valid: false, hash: null, notes: [], explained: null });
      if (!command.json) terminal.error(`error: ${loaded}`);
      continue;
    }
    problems.push(...loaded.problems.map(problemJson));
    files.push(fileReport(loaded, command.explain));
    if (command.json) continue;
    terminal.errorText(problemsText(loaded, terminal.errorColor));
    if (loaded.scenario !== null) terminal.out(validText(file, loaded.scenario, loaded, command.explain));
  }
  if (command.json) terminal.out(`${safeJson({ schema: PROBLEMS_SCHEMA, problems, files } satisfies ProblemReport)}\n`);
  return files.every(({ valid }) => valid) ? EXIT.fine : EXIT.usage;
}

async function loadOrReason(file: string, command: ValidateCommand): Promise<LoadedFile | string> {
  try {
    return await loadFile(file, command);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

function fileReport(loaded: LoadedFile, wantsExplanation: boolean): ProblemReport['files'][number] {
  const { file, scenario, traces, notes } = loaded;
  if (scenario === null) return { file, valid: false, hash: null, notes: [], explained: null };
  const explained = wantsExplanation
    ? {
        lines: explanation(scenario, loaded).map((line) => ({ ...line })),
        load: { ...fleetLoad(scenario, traces) },
        memory: Object.fromEntries(loaded.memory),
      }
    : null;
  return { file, valid: true, hash: hashWithTraces(scenario, traces), notes: [...notes], explained };
}

function validText(file: string, scenario: Scenario, loaded: LoadedFile, wantsExplanation: boolean): string {
  const line = factsLine(file, scenario, hashWithTraces(scenario, loaded.traces));
  const lines = wantsExplanation
    ? [
        `# ${line}`,
        '# nothing is left to defaults below; behind # stands where a value comes from',
        ...aligned(explanation(scenario, loaded)),
      ]
    : [line, ...loaded.notes.map((note) => `  ${note}`)];
  return `${lines.map(printable).join('\n')}\n`;
}

function explanation(scenario: Scenario, { tree, memory, traces }: LoadedFile): readonly FilledLine[] {
  return filledLines(tree, scenario, remarksOn(scenario, memory, traces));
}

function aligned(lines: readonly FilledLine[]): string[] {
  const widths = lines.filter(({ from }) => from !== null).map(({ text }) => text.length);
  const width = widths.reduce((most, length) => (length <= VALUE_COLUMNS_MAX ? Math.max(most, length) : most), 0);
  return lines.map(({ text, from }) => (from === null ? text : `${text.padEnd(width)}  # ${from}`));
}

function factsLine(file: string, scenario: Scenario, hash: string): string {
  const fleet = scenario.pools.map((pool) => {
    const gpus = pool.gpusPerNode === 1 ? '' : `${pool.gpusPerNode}x`;
    return `${pool.name} ${pool.nodes} x ${gpus}${pool.hardware}`;
  });
  const parts = [
    formatDuration(scenario.durationUs / 1e6),
    `provider ${scenario.provider.id} of ${scenario.provider.asOf}`,
    fleet.join(', '),
    `${scenario.traffic.length} traffic ${scenario.traffic.length === 1 ? 'class' : 'classes'}`,
    `${scenario.targets.length} ${scenario.targets.length === 1 ? 'target' : 'targets'}`,
    `seed ${scenario.seed}`,
    `hash ${hash.slice(0, HASH_DIGITS_SHOWN)}`,
  ];
  return `${file}: ok  ${parts.join(' · ')}`;
}
