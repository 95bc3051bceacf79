import type { Style } from '../report/grid.js';
import { requirePlaceFor, writeWhole } from './io.js';
import { ClaimedPaths } from './outputs.js';
import type { Terminal } from './terminal.js';
import { UserError } from './user-error.js';

/** `-o KIND=PATH` of a study of many runs: a file in one of the forms that the study has. */
export interface StudyOutput {
  readonly kind: string;
  readonly path: string;
}

/** How a study is shown, by kind: `text`, `json`, `md`, `csv`, `html`. */
export type StudyForms = Readonly<Record<string, (style: Style) => string | Promise<string>>>;

/** Checks early that what is asked for exists and can be written. */
export async function planStudyOutputs(
  requests: readonly string[],
  kinds: readonly string[],
  scenarios: readonly string[],
): Promise<readonly StudyOutput[]> {
  const outputs = requests.map((request) => parseOutput(request, kinds));
  for (const { path } of outputs) await requirePlaceFor(path);
  new ClaimedPaths(scenarios).claim(outputs.map(({ path }) => path));
  return outputs;
}

const FILE_STYLE: Style = { color: false, width: 100 };

/** Writes the files and prints the text, or with `asJson` the JSON. */
export async function showStudy(
  forms: StudyForms,
  outputs: readonly StudyOutput[],
  asJson: boolean,
  terminal: Terminal,
): Promise<void> {
  for (const { kind, path } of outputs) await writeWhole(path, (await forms[kind]?.(FILE_STYLE)) ?? '');
  if (outputs.length > 0) terminal.note(`wrote ${outputs.map(({ path }) => path).join(', ')}`);
  terminal.out((await forms[asJson ? 'json' : 'text']?.(terminal)) ?? '');
}

function parseOutput(request: string, kinds: readonly string[]): StudyOutput {
  const at = request.indexOf('=');
  const kind = at < 0 ? request : request.slice(0, at);
  if (!kinds.includes(kind)) throw new UserError(`no output "${kind}": there are ${kinds.join(', ')} (KIND=PATH)`);
  const path = at < 0 ? '' : request.slice(at + 1);
  if (path === '' || path === '-') throw new UserError(`-o ${request}: write -o ${kind}=PATH`);
  return { kind, path };
}
