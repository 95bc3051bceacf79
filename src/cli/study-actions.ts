import { type Arguments, manyRuns, shareAboveNothing, single, texts, wholeNumber } from './arguments.js';
import type { ExitCode } from './exit-codes.js';
import { repeatStudy } from './repeat-command.js';
import type { Terminal } from './terminal.js';

/** The commands that make many runs of a scenario; each is loaded when it is asked for. */
const RUNS_MAX = 100_000;

export async function compareAction(args: Arguments, version: string, terminal: Terminal): Promise<ExitCode> {
  const files = texts(args['files']);
  const command = {
    ...common('compare', files, args, version),
    files,
    whatIf: texts(args['what-if']),
    precision: shareAboveNothing(args, 'precision'),
  };
  const { compareCommand } = await import('./commands/compare.js');
  return compareCommand(command, terminal);
}

export async function sweepAction(args: Arguments, version: string, terminal: Terminal): Promise<ExitCode> {
  const file = String(args['file']);
  const command = {
    ...common('sweep', [file], args, version),
    file,
    vary: texts(args['vary']),
    sample: single(args, 'sample'),
  };
  const { sweepCommand } = await import('./commands/sweep.js');
  return sweepCommand(command, terminal);
}

export async function capacityAction(args: Arguments, version: string, terminal: Terminal): Promise<ExitCode> {
  const file = String(args['file']);
  const of = single(args, 'of');
  const command = {
    ...common(of === null ? 'capacity' : 'headroom', [file], args, version),
    file,
    of,
    targets: texts(args['target']),
    tolerance: shareAboveNothing(args, 'tolerance'),
  };
  const { capacityCommand } = await import('./commands/capacity.js');
  return capacityCommand(command, terminal);
}

export async function attributeAction(args: Arguments, version: string, terminal: Terminal): Promise<ExitCode> {
  const file = String(args['file']);
  const command = { ...common('attribute', [file], args, version), file, withPeak: args['peak'] === true };
  const { attributeCommand } = await import('./commands/attribute.js');
  return attributeCommand(command, terminal);
}

function common(name: string, files: readonly string[], args: Arguments, version: string) {
  return {
    repeat: repeatStudy(name, files, args),
    set: texts(args['set']),
    seed: single(args, 'seed'),
    runs: wholeNumber(args, 'runs', 1, RUNS_MAX),
    outputs: texts(args['output']),
    json: args['json'] === true,
    version,
    ...manyRuns(args),
  };
}
