import type { Scenario } from '../../models/scenario.js';
import { safeJson } from '../../report/export.js';
import { formatDuration } from '../../report/format.js';
import { printable } from '../../report/text-width.js';
import { hashWithTraces } from '../../scenario/hash.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { type LoadedFile, loadFile, problemsText } from '../load-file.js';
import type { Terminal } from '../terminal.js';
import { UserError } from '../user-error.js';

export interface ValidateCommand {
  readonly files: readonly string[];
  readonly set: readonly string[];
  readonly seed: string | null;
  readonly json: boolean;
}

const HASH_DIGITS_SHOWN = 16;

/** Loads every file and says what is wrong with it, or in one line what it describes. */
export async function validateCommand(command: ValidateCommand, terminal: Terminal): Promise<ExitCode> {
  const found: object[] = [];
  let code: ExitCode = EXIT.fine;
  for (const file of command.files) {
    try {
      const loaded = await loadFile(file, command);
      found.push(...loaded.problems);
      if (!command.json) terminal.errorText(problemsText(loaded, terminal.errorColor));
      if (loaded.scenario === null) code = EXIT.usage;
      else if (!command.json) terminal.out(`${facts(file, loaded.scenario, loaded)}\n`);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      code = EXIT.usage;
      found.push({ code: 'F000', severity: 'error', file, message: error.message });
      if (!command.json) terminal.error(`error: ${error.message}`);
    }
  }
  if (command.json) terminal.out(`${safeJson(found)}\n`);
  return code;
}

/** One line on the scenario, and one for each thing that was chosen for it. */
function facts(file: string, scenario: Scenario, { traces, notes }: LoadedFile): string {
  const lines = [factsLine(file, scenario, hashWithTraces(scenario, traces)), ...notes.map((note) => `  ${note}`)];
  return lines.map(printable).join('\n');
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
