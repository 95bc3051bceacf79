import { dirname, join, resolve } from 'node:path';
import { safeFileName } from '../report/file-name.js';
import { renderHtml } from '../report/html.js';
import { summaryJson } from '../report/json.js';
import { renderMarkdown } from '../report/markdown.js';
import { perfettoTrace } from '../report/perfetto.js';
import { accountRows, outcomeRows, poolRows, seriesRows, tierRows } from '../report/summary-rows.js';
import { renderTable } from '../report/table.js';
import type { Summary } from '../sim/summary.js';
import { csvText, makeFolder, requirePlaceFor, writeWhole } from './io.js';
import { pageAssets } from './page-assets.js';
import { UserError } from './user-error.js';

/** One `-o KIND[=PATH]`. */
export interface OutputRequest {
  readonly kind: OutputKind;
  /** null: named for the scenario, in the current folder. */
  readonly path: string | null;
}

/** Faces of a summary by kind of output, and what their files are called. */
const EXTENSIONS = {
  text: 'txt',
  json: 'json',
  csv: 'csv',
  html: 'html',
  md: 'md',
  perfetto: 'trace.json',
  parquet: 'parquet',
} as const;
export type OutputKind = keyof typeof EXTENSIONS;
const KINDS = Object.keys(EXTENSIONS) as OutputKind[];

/** The kinds that are made from a summary; the others hold one row an attempt and are written while the run goes on. */
type Face = 'text' | 'json' | 'html' | 'md' | 'perfetto' | 'tiers' | 'series' | 'pools' | 'accounts' | 'outcomes';

/** One file to be written. */
export interface PlannedFile {
  readonly path: string;
  readonly content: Face | 'parquet' | 'requests';
}

const FILE_WIDTH = 100;

export function parseOutput(text: string): OutputRequest {
  const at = text.indexOf('=');
  const name = at < 0 ? text : text.slice(0, at);
  const kind = KINDS.find((known) => known === name);
  if (kind === undefined) throw new UserError(`no output "${name}": there are ${KINDS.join(', ')} (KIND or KIND=PATH)`);
  if (at >= 0 && at === text.length - 1) throw new UserError(`-o ${text}: the path after "=" is missing`);
  if (text.slice(at) === '=-') throw new UserError(`-o ${text}: files only; --json prints to standard output`);
  return { kind, path: at < 0 ? null : text.slice(at + 1) };
}

/** The folder of one scenario below --out. */
export function outFolder(out: string, scenarioName: string): string {
  return join(out, safeFileName(scenarioName));
}

const FOLDER: readonly (readonly [file: string, content: PlannedFile['content']])[] = [
  ['summary.json', 'json'],
  ['report.txt', 'text'],
  ['report.html', 'html'],
  ['tiers.csv', 'tiers'],
  ['outcomes.csv', 'outcomes'],
  ['pools.csv', 'pools'],
  ['accounts.csv', 'accounts'],
  ['series.csv', 'series'],
];

/** What one run writes, and checks early that it can be written. */
export async function planFiles(
  folder: string | null,
  outputs: readonly OutputRequest[],
  scenarioName: string,
  wantsRequests = false,
): Promise<PlannedFile[]> {
  const files: PlannedFile[] = [];
  if (folder !== null) {
    await makeFolder(folder);
    for (const [file, content] of FOLDER) files.push({ path: join(folder, file), content });
    if (wantsRequests) files.push({ path: join(folder, 'requests.csv'), content: 'requests' });
  }
  for (const { kind, path } of outputs) {
    files.push({
      path: path ?? `${safeFileName(scenarioName)}.${EXTENSIONS[kind]}`,
      content: kind === 'csv' ? 'tiers' : kind,
    });
  }
  for (const { path } of files) await requirePlaceFor(path);
  return files;
}

/** Files that a command may not write (again): two runs must not silently replace each other's results. */
export class ClaimedPaths {
  readonly #written = new Set<string>();
  readonly #read: ReadonlySet<string>;

  /** `inputs`: the files read, which no result may replace. */
  constructor(inputs: readonly string[]) {
    this.#read = new Set(inputs.map((file) => resolve(file)));
  }

  claim(paths: readonly string[]): void {
    for (const path of paths) {
      const place = resolve(path);
      if (this.#read.has(place)) throw new UserError(`${path} is a scenario of this command and would be overwritten`);
      if (this.#written.has(place))
        throw new UserError(`${path} would be written twice; give the scenarios different names or paths`);
      this.#written.add(place);
    }
  }
}

export async function writeFiles(
  files: readonly PlannedFile[],
  summary: Summary,
  repeat: string | null,
): Promise<void> {
  for (const { path, content } of files) {
    if (content !== 'parquet' && content !== 'requests') {
      await writeWhole(path, await faceText(content, summary, repeat));
    }
  }
}

/** Where the files went, in few words. */
export function filesNote(files: readonly PlannedFile[], folder: string | null): string {
  const alone = files.filter(({ path }) => folder === null || dirname(path) !== folder).map(({ path }) => path);
  return `wrote ${[...(folder === null ? [] : [`${folder}/`]), ...alone].join(', ')}`;
}

async function faceText(face: Face, summary: Summary, repeat: string | null): Promise<string> {
  switch (face) {
    case 'text':
      return fileTable(summary, repeat);
    case 'json':
      return `${summaryJson(summary)}\n`;
    case 'html':
      return renderHtml(summary, { text: fileTable(summary, repeat), assets: pageAssets() });
    case 'md':
      return renderMarkdown(summary, repeat);
    case 'perfetto':
      if (summary.detail === null) throw new UserError('a trace needs detail, which this summary does not hold');
      return `${perfettoTrace(summary, summary.detail)}\n`;
    case 'tiers':
      return csvText(tierRows(summary));
    case 'series':
      return csvText(seriesRows(summary));
    case 'pools':
      return csvText(poolRows(summary));
    case 'accounts':
      return csvText(accountRows(summary));
    case 'outcomes':
      return csvText(outcomeRows(summary));
  }
}

function fileTable(summary: Summary, repeat: string | null): string {
  return renderTable(summary, { color: false, width: FILE_WIDTH, repeat });
}
