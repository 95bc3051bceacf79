/** Something wrong, or worth a warning, in a scenario file or a `--set` option; the place counts from 1. */
export interface Problem {
  /** Stable: `S024` means the same in every version. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  /** What it is about, as `--set` would address it: `traffic.app.tier`; empty: the whole file. */
  readonly path: string;
  /** The name shown in front of the place: the file's, or `--set`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** First column after the marked text, on the same line. */
  readonly endColumn?: number;
  readonly message: string;
  /** What stands there, as written. */
  readonly found?: string;
  /** What may stand there. */
  readonly allowed?: readonly string[];
  readonly hint?: string;
  /** The text of the option the place is in; absent: the place is in the file. */
  readonly option?: string;
  /** The line the place is in, where it is in another file than the scenario's. */
  readonly excerpt?: string;
}

export interface RenderOptions {
  readonly color: boolean;
}

/** By file and place, then code: the order in which a reader goes through them. The file comes before the options. */
export function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  return [...problems].sort(
    (a, b) =>
      compare(a.option ?? '', b.option ?? '') ||
      a.line - b.line ||
      a.column - b.column ||
      compare(a.code, b.code) ||
      compare(a.path, b.path),
  );
}

/** All problems as a terminal shows them, each with the line it is about and carets under the place. */
export function renderProblems(problems: readonly Problem[], source: string, options: RenderOptions): string {
  const lines = source.split(/\r\n|\r|\n/);
  const paint = options.color ? paintAnsi : paintPlain;
  return problems.map((problem) => renderProblem(problem, lines, paint)).join('\n');
}

/** Close names first, at most three: edit distance up to 2, or 3 for names longer than eight letters. */
export function nearestNames(found: string, known: readonly string[]): readonly string[] {
  const reach = found.length > 8 ? 3 : 2;
  const wanted = found.toLowerCase();
  return [...new Set(known)]
    .map((name) => ({
      name,
      distance: name.toLowerCase() === wanted ? 0 : editDistance(wanted, name.toLowerCase(), reach),
    }))
    .filter(({ name, distance }) => distance <= reach && distance < Math.max(found.length, name.length) - 1)
    .sort((a, b) => a.distance - b.distance || compare(a.name, b.name))
    .slice(0, 3)
    .map(({ name }) => name);
}

type Paint = (style: 'error' | 'warning' | 'frame', text: string) => string;

const ANSI = { error: '\u001b[1;31m', warning: '\u001b[1;33m', frame: '\u001b[1;34m', reset: '\u001b[0m' };
const paintAnsi: Paint = (style, text) => `${ANSI[style]}${text}${ANSI.reset}`;
const paintPlain: Paint = (_style, text) => text;

function renderProblem(problem: Problem, fileLines: readonly string[], paint: Paint): string {
  const lines = problem.option === undefined ? fileLines : problem.option.split('\n');
  const number = String(problem.line);
  const gutter = ' '.repeat(number.length);
  const out = [
    `${paint(problem.severity, `${problem.severity}[${problem.code}]`)}: ${printable(problem.message)}`,
    `${gutter}${paint('frame', '-->')} ${printable(problem.file)}:${problem.line}:${problem.column}`,
  ];
  const text = problem.excerpt ?? lines[problem.line - 1];
  if (text !== undefined) {
    const { shown, from, width } = clip(text, problem.column, problem.endColumn ?? problem.column + 1);
    const carets = ' '.repeat(from) + '^'.repeat(width);
    const label = problem.allowed === undefined ? '' : ` ${allowedText(problem.allowed)}`;
    out.push(`${gutter} ${paint('frame', '|')}`);
    out.push(`${paint('frame', `${number} |`)} ${shown}`);
    out.push(`${gutter} ${paint('frame', '|')} ${paint(problem.severity, carets + label)}`);
  } else if (problem.allowed !== undefined) {
    out.push(`${gutter} ${paint('frame', '=')} ${allowedText(problem.allowed)}`);
  }
  if (problem.hint !== undefined) out.push(`${gutter} ${paint('frame', '=')} help: ${printable(problem.hint)}`);
  return `${out.join('\n')}\n`;
}

function allowedText(allowed: readonly string[]): string {
  if (allowed.length === 1) return `expected ${printable(allowed[0] ?? '')}`;
  const shown = printable(allowed.slice(0, 12).join(', '));
  return `not one of: ${shown}${allowed.length > 12 ? `, and ${allowed.length - 12} more` : ''}`;
}

const WIDTH = 120;

/** Long lines are cut around the place; tabs become single blanks so that the carets stay below it. */
function clip(text: string, column: number, endColumn: number): { shown: string; from: number; width: number } {
  const start = text.length <= WIDTH ? 0 : Math.max(0, Math.min(column - 1 - 40, text.length - WIDTH));
  const shown = printable(text.slice(start, start + WIDTH));
  const from = column - 1 - start;
  const width = Math.max(1, Math.min(endColumn - column, shown.length - from));
  return {
    shown: `${start > 0 ? '…' : ''}${shown}${start + WIDTH < text.length ? '…' : ''}`,
    from: from + (start > 0 ? 1 : 0),
    width,
  };
}

/** A file may hold anything; control characters never reach a terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ');
}

/** Levenshtein distance with swaps of neighbours counted once; anything beyond `reach` is reported as reach + 1. */
function editDistance(a: string, b: string, reach: number): number {
  if (Math.abs(a.length - b.length) > reach || a.length > 64) return reach + 1;
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_unused, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    before = above;
    above = row;
  }
  return above[b.length] ?? reach + 1;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
