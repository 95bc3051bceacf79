import { readFileSync } from 'node:fs';

/** Rows of a plain CSV file beside this one, by column name; no cell of ours is quoted. */
export function readRows(name) {
  const [head, ...lines] = readData(name).trim().split(/\r?\n/);
  const columns = head.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? '']));
  });
}

export const readData = (name) => readFileSync(new URL(`data/${name}`, import.meta.url), 'utf8');
