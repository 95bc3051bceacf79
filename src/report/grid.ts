import { paint, type Tone } from './paint.js';
import { textWidth, truncate } from './text-width.js';

export interface Style {
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

export interface Cell {
  readonly text: string;
  readonly tone: Tone | null;
}

/** Cells, one a column; null: an empty line between groups. */
export type GridRow = readonly Cell[] | null;

const GAP = 2;
const LABEL_COLUMNS_MAX = 30;
const CELL_COLUMNS_MAX = 20;

export function cell(text: string, tone: Tone | null = null): Cell {
  return { text, tone };
}

/**
 * Aligned lines: the first columns to the left, the others to the right. Columns that do not fit the width
 * go into further blocks below, each with the first column again. The first row is the heading of every block.
 */
export function grid(rows: readonly GridRow[], style: Style, leftColumns = 1): string[] {
  const widths = columnWidths(rows);
  const lines: string[] = [];
  for (const [from, to] of blocks(widths, style.width)) {
    if (lines.length > 0) lines.push('');
    for (const row of rows)
      lines.push(row === null ? '' : gridLine(row, widths, { from, to, leftColumns }, style.color));
  }
  return lines;
}

/** Columns [from, to) go beside the first. */
interface Block {
  readonly from: number;
  readonly to: number;
  readonly leftColumns: number;
}

function gridLine(row: readonly Cell[], widths: readonly number[], block: Block, color: boolean): string {
  let line = gridCell(row[0], widths[0], true, color);
  for (let column = block.from; column < block.to; column++) {
    line += ' '.repeat(GAP) + gridCell(row[column], widths[column], column < block.leftColumns, color);
  }
  return line.trimEnd();
}

function gridCell(content: Cell | undefined, width = 0, isLeft: boolean, color: boolean): string {
  const { text, tone } = content ?? cell('');
  const shown = truncate(text, width);
  const space = ' '.repeat(Math.max(0, width - textWidth(shown)));
  return isLeft ? paint(shown, tone, color) + space : space + paint(shown, tone, color);
}

function columnWidths(rows: readonly GridRow[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    if (row === null) continue;
    row.forEach(({ text }, column) => {
      const limit = column === 0 ? LABEL_COLUMNS_MAX : CELL_COLUMNS_MAX;
      widths[column] = Math.max(widths[column] ?? 0, Math.min(textWidth(text), limit));
    });
  }
  return widths;
}

/** Ranges of columns after the first that fit side by side; each holds at least one. */
function blocks(widths: readonly number[], width: number): (readonly [from: number, to: number])[] {
  const found: (readonly [number, number])[] = [];
  let from = 1;
  let used = widths[0] ?? 0;
  for (let column = 1; column < widths.length; column++) {
    const needed = GAP + (widths[column] ?? 0);
    if (column > from && used + needed > width) {
      found.push([from, column]);
      from = column;
      used = widths[0] ?? 0;
    }
    used += needed;
  }
  found.push([from, widths.length]);
  return found;
}
