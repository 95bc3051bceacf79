import { summaryJson } from '../../report/json.js';
import { readSummary } from '../../report/summary-schema.js';
import { renderTable } from '../../report/table.js';
import type { Summary } from '../../sim/summary.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { readSummaryText } from '../io.js';
import { ClaimedPaths, filesNote, type OutputRequest, outFolder, planFiles, writeFiles } from '../outputs.js';
import type { Terminal } from '../terminal.js';
import { UserError } from '../user-error.js';

export interface ReportCommand {
  readonly files: readonly string[];
  readonly out: string | null;
  readonly outputs: readonly OutputRequest[];
  readonly json: boolean;
}

/** Any face of runs made earlier, from their summaries or from HTML reports, which carry theirs. */
export async function reportCommand(command: ReportCommand, terminal: Terminal): Promise<ExitCode> {
  const rows = command.outputs.find(({ kind }) => kind === 'parquet');
  if (rows !== undefined)
    throw new UserError('parquet holds one row an attempt, which no summary has: use it with run');
  const claimed = new ClaimedPaths(command.files);
  for (const [index, file] of command.files.entries()) {
    const summary = await loadSummary(file);
    const repeat = summary.detail?.command ?? null;
    const folder = command.out === null ? null : outFolder(command.out, summary.scenario.name);
    const planned = await planFiles(folder, command.outputs, summary.scenario.name);
    claimed.claim(planned.map(({ path }) => path));
    await writeFiles(planned, summary, repeat);
    if (planned.length > 0) terminal.note(filesNote(planned, folder));
    if (command.json) terminal.out(`${summaryJson(summary)}\n`);
    else if (planned.length === 0) {
      const table = renderTable(summary, { color: terminal.color, width: terminal.width, repeat });
      terminal.out(index > 0 ? `\n${table}` : table);
    }
  }
  return EXIT.fine;
}

async function loadSummary(file: string): Promise<Summary> {
  const text = await readSummaryText(file);
  let value: unknown;
  try {
    value = JSON.parse(summaryOfPage(text) ?? text);
  } catch {
    throw new UserError(`cannot use ${file}: it holds no JSON`);
  }
  const read = readSummary(value);
  if ('problem' in read) throw new UserError(`cannot use ${file}: ${read.problem}`);
  return read.summary;
}

/** The summary that an HTML report carries; null: the text is no page. */
function summaryOfPage(text: string): string | null {
  if (!/^\s*<!doctype html>/i.test(text)) return null;
  return /<script type="application\/json" id="summary">([^<]*)<\/script>/.exec(text)?.[1] ?? '';
}
