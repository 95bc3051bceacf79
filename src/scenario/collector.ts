import type { TraceSource } from '../models/trace.js';
import type { Message } from './messages.js';
import { pathText } from './path.js';
import { type Problem, sortProblems } from './problem.js';
import { follow, type Placed, type Tree } from './source-tree.js';

/** Gathers problems and finds the place of each: the value, the key where a key is meant, the parent of what is missing. */
export class Collector {
  /** What was chosen where the file leaves the choice, in the user's words; no problem. */
  readonly notes: string[] = [];
  /** How the memory of each pool is divided, by its name. */
  readonly memory = new Map<string, string>();
  /** Traces that are well described, whatever else is wrong with the class. */
  readonly traces: TraceSource[] = [];
  private readonly problems: Problem[] = [];

  constructor(
    private readonly tree: Tree,
    private readonly file: string,
  ) {}

  /** About the value at `path`; with `key`, about that key of the mapping there. */
  add(path: readonly PropertyKey[], message: Message, key: string | null = null): void {
    const reached = follow(this.tree, path);
    const entry = key !== null && reached.tree.kind === 'map' ? reached.tree.entries.get(key) : undefined;
    const place = entry?.keyPlace ?? reached.tree.place;
    this.addPlaced({ message, place }, pathText(this.tree, key === null ? path : [...path, key]));
  }

  /** About a part of a text: marks where `part` first stands in the value at `path`, else the whole of it. */
  addWithin(path: readonly PropertyKey[], message: Message, part: string): void {
    const { tree } = follow(this.tree, path);
    const offset = tree.kind === 'scalar' && part !== '' ? tree.text.indexOf(part) : -1;
    const column = tree.place.column + offset;
    const place = offset < 0 ? tree.place : { ...tree.place, column, endColumn: column + part.length };
    this.addPlaced({ message, place }, pathText(this.tree, path));
  }

  /** Whether the file says anything at `path`. */
  has(path: readonly PropertyKey[]): boolean {
    return follow(this.tree, path).complete;
  }

  addPlaced({ message, place }: Placed, path = ''): void {
    const { option, ...position } = place;
    this.problems.push({
      ...message,
      path,
      file: option === null ? this.file : '--set',
      ...position,
      ...(option === null ? {} : { option }),
    });
  }

  get errors(): number {
    return this.problems.filter((problem) => problem.severity === 'error').length;
  }

  get hasErrors(): boolean {
    return this.errors > 0;
  }

  /** By place; what was said twice of the same place is said once. */
  sorted(): readonly Problem[] {
    const seen = new Set<string>();
    return sortProblems(this.problems).filter((problem) => {
      const key = JSON.stringify([
        problem.code,
        problem.file,
        problem.option,
        problem.line,
        problem.column,
        problem.message,
      ]);
      return !seen.has(key) && seen.add(key) !== undefined;
    });
  }
}
