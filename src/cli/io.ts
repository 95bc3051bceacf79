import { lstat, mkdir, open, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Rows, spreadsheetSafe } from '../report/cells.js';
import { fileErrorReason, UserError } from './user-error.js';

/** A scenario has a million characters at most. */
const SCENARIO_BYTES_MAX = 4 * 1024 * 1024;
const SUMMARY_BYTES_MAX = 64 * 1024 * 1024;
const CHUNK_BYTES = 1024 * 1024;

/** A scenario file as text; pipes such as `<(...)` are fine. */
export async function readScenarioText(path: string): Promise<string> {
  try {
    return decode(await readBytes(path, SCENARIO_BYTES_MAX));
  } catch (error) {
    throw new UserError(`cannot read ${path}: ${fileErrorReason(error)}`);
  }
}

/** A summary, or a page that carries one. */
export async function readSummaryText(path: string): Promise<string> {
  try {
    return decode(await readBytes(path, SUMMARY_BYTES_MAX));
  } catch (error) {
    throw new UserError(`cannot read ${path}: ${fileErrorReason(error)}`);
  }
}

async function readBytes(path: string, bytesMax: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    if ((await file.stat()).isDirectory()) throw new Error('it is a folder');
    const chunks: Buffer[] = [];
    let total = 0;
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, null);
      if (bytesRead === 0) return Buffer.concat(chunks, total);
      chunks.push(buffer.subarray(0, bytesRead));
      total += bytesRead;
      if (total > bytesMax) throw new Error(`it is larger than ${bytesMax / 1024 / 1024} MiB`);
    }
  } finally {
    await file.close();
  }
}

function decode(bytes: Buffer): string {
  if (bytes.includes(0)) throw new Error('it holds a NUL byte, so it is not a text file in UTF-8');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Error('it is not valid UTF-8');
  }
}

/**
 * The file appears whole or not at all: written beside its place, then renamed. A link, pipe or device that stands
 * there is written through and never replaced: renaming onto /dev/null would take it from the whole machine.
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  const existing = await lstat(path).catch(() => null);
  try {
    if (existing !== null && !existing.isFile()) {
      await writeFile(path, text);
      return;
    }
    await writeFile(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw new UserError(`cannot write ${path}: ${fileErrorReason(error)}`);
  }
}

/** Rows as CSV text. Strings that a spreadsheet would run as a formula get a quote in front; numbers stay numbers. */
export async function csvText(rows: Rows): Promise<string> {
  const { stringify: stringifyAll } = await import('csv-stringify/sync');
  return stringifyAll(rows.map((row) => row.map(spreadsheetSafe)));
}

/** Makes the folder a file will go into, so that a wrong path shows before a long run and not after it. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await makeFolders(resolve(path));
  } catch (error) {
    throw new UserError(`cannot make the folder ${path}: ${fileErrorReason(error)}`);
  }
}

/** Node's own recursive mkdir never returns where the system answers ENOENT for a place it forbids, as /proc does. */
async function makeFolders(path: string): Promise<void> {
  const existing = await stat(path).catch(() => null);
  if (existing?.isDirectory()) return;
  if (dirname(path) !== path) await makeFolders(dirname(path));
  await mkdir(path).catch(async (error: unknown) => {
    // Somebody else may have made it meanwhile.
    const made = await stat(path).catch(() => null);
    if (!made?.isDirectory()) throw error;
  });
}

/** Complains early about a file that cannot be written. */
export async function requirePlaceFor(path: string): Promise<void> {
  try {
    const folder = await stat(dirname(path));
    if (!folder.isDirectory()) throw new Error('its folder is not a folder');
  } catch (error) {
    throw new UserError(`cannot write ${path}: ${fileErrorReason(error)}`);
  }
  const existing = await stat(path).catch(() => null);
  if (existing?.isDirectory()) throw new UserError(`cannot write ${path}: it is a folder`);
}
