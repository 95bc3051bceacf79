import type { TraceSource } from '../models/trace.js';
import type { Message } from './messages.js';
import * as say from './messages.js';
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
  /** Errors so far, those that are not listed included. */
  errors = 0;
  private readonly problems: Problem[] = [];
  private left = 0;

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
    if (message.severity === 'error') this.errors++;
    if (this.problems.length >= PROBLEMS_MAX) {
      this.left++;
      return;
    }
    this.problems.push({
      ...shortened(message),
      path: cut(path, WORD_MAX),
      file: option === null ? this.file : '--set',
      ...position,
      ...(option === null ? {} : { option }),
    });
  }

  get hasErrors(): boolean {
    return this.errors > 0;
  }

  /** By place; what was said twice of the same place is said once. */
  sorted(): readonly Problem[] {
    const seen = new Set<string>();
    const listed = sortProblems(this.problems).filter((problem) => {
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
    const last = listed.at(-1);
    return this.left === 0 || last === undefined
      ? listed
      : [...listed, { ...last, ...say.manyMore(this.left), path: '' }];
  }
}

/** Nobody reads on, and a file can be wrong in a hundred thousand places. */
const PROBLEMS_MAX = 2500;
const SENTENCE_MAX = 1000;
const WORD_MAX = 200;

/** What a file says comes back in messages, whatever its length. */
function shortened(message: Message): Message {
  const { found, hint, allowed } = message;
  return {
    ...message,
    message: cut(message.message, SENTENCE_MAX),
    ...(found === undefined ? {} : { found: cut(found, WORD_MAX) }),
    ...(hint === undefined ? {} : { hint: cut(hint, SENTENCE_MAX) }),
    ...(allowed === undefined ? {} : { allowed: allowed.map((word) => cut(word, WORD_MAX)) }),
  };
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
