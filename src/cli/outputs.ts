import { dirname, join, resolve } from 'node:path';
import { poolRows, seriesRows, summaryJson, tierRows } from '../report/export.js';
import { safeFileName } from '../report/file-name.js';
import { renderTable } from '../report/table.js';
import type { Summary } from '../sim/summary.js';
import { csvText, makeFolder, requirePlaceFor, writeWhole } from './io.js';
import { UserError } from './user-error.js';

const KINDS = ['text', 'json', 'csv'] as const;
export type OutputKind = (typeof KINDS)[number];

/** One `-o KIND[=PATH]`. */
export interface OutputRequest {
  readonly kind: OutputKind;
  /** null: named for the scenario, in the current folder. */
  readonly path: string | null;
}

/** One file to be written. */
export interface PlannedFile {
  readonly path: string;
  readonly content: 'text' | 'json' | 'tiers' | 'series' | 'pools';
}

const EXTENSIONS: Readonly<Record<OutputKind, string>> = { text: 'txt', json: 'json', csv: 'csv' };
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

/** What one run writes, and checks early that it can be written. */
export async function planFiles(
  folder: string | null,
  outputs: readonly OutputRequest[],
  scenarioName: string,
): Promise<PlannedFile[]> {
  const files: PlannedFile[] = [];
  if (folder !== null) {
    await makeFolder(folder);
    files.push(
      { path: join(folder, 'summary.json'), content: 'json' },
      { path: join(folder, 'report.txt'), content: 'text' },
      { path: join(folder, 'tiers.csv'), content: 'tiers' },
      { path: join(folder, 'series.csv'), content: 'series' },
      { path: join(folder, 'pools.csv'), content: 'pools' },
    );
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

  /** `scenarios`: the files read, which no result may replace. */
  constructor(scenarios: readonly string[]) {
    this.#read = new Set(scenarios.map((file) => resolve(file)));
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

export async function writeFiles(files: readonly PlannedFile[], summary: Summary, repeat: string): Promise<void> {
  for (const { path, content } of files) await writeWhole(path, await contentText(content, summary, repeat));
}

/** Where the files went, in few words. */
export function filesNote(files: readonly PlannedFile[], folder: string | null): string {
  const alone = files.filter(({ path }) => folder === null || dirname(path) !== folder).map(({ path }) => path);
  return `wrote ${[...(folder === null ? [] : [`${folder}/`]), ...alone].join(', ')}`;
}

async function contentText(content: PlannedFile['content'], summary: Summary, repeat: string): Promise<string> {
  switch (content) {
    case 'text':
      return renderTable(summary, { color: false, width: FILE_WIDTH, repeat });
    case 'json':
      return `${summaryJson(summary)}\n`;
    case 'tiers':
      return csvText(tierRows(summary));
    case 'series':
      return csvText(seriesRows(summary));
    case 'pools':
      return csvText(poolRows(summary));
  }
}
