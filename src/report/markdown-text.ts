import { printable } from './text-width.js';

/** The columns after the first so many stand to the right; an empty line follows. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  leftColumns: number,
): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map(markdownText).join(' | ')} |`;
  const rule = `|${head.map((_, i) => (i < leftColumns ? '---' : '--:')).join('|')}|`;
  return [line(head), rule, ...rows.map(line), ''];
}

/** Every character that Markdown or HTML could take for markup is escaped, so links, images and tags stay words. */
export function markdownText(text: string): string {
  return printable(text)
    .replace(/[\\`*_[\]#|~]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/(https?|ftp|mailto):/gi, '$1\u200B:')
    .replace(/\b(www)\./gi, '$1\u200B.');
}
