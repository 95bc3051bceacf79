import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, type ParsedNode, parseDocument } from 'yaml';
import type { Message } from './messages.js';
import * as say from './messages.js';

/** Where a piece of a scenario stands. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
  /** The `--set` option it comes from; null: the file. */
  readonly option: string | null;
}

/** A YAML value with the place of every part: what the file and the options say, before anything is understood. */
export type Tree =
  | {
      readonly kind: 'scalar';
      readonly value: string | number | boolean | null;
      readonly text: string;
      readonly place: Place;
    }
  | { readonly kind: 'map'; readonly entries: Map<string, Entry>; readonly place: Place }
  | { readonly kind: 'list'; readonly items: Tree[]; readonly place: Place };

interface Entry {
  readonly keyPlace: Place;
  readonly tree: Tree;
}

export interface Placed {
  readonly message: Message;
  readonly place: Place;
}

/** Reads one YAML document. The tree is null when there is nothing that could be looked at further. */
export function readTree(text: string, option: OptionText | null): { tree: Tree | null; found: readonly Placed[] } {
  const start: Place = { line: 1, column: 1, endColumn: 2, option: option?.whole ?? null };
  if (text.length > TEXT_LENGTH_MAX || isTooMuch(text))
    return { tree: null, found: [{ message: say.tooLarge(), place: start }] };
  const lines = new LineCounter();
  // The parser compares every key of a mapping with every other; the reader below looks for second ones in a Map.
  const options = { lineCounter: lines, prettyErrors: false, merge: false, uniqueKeys: false };
  const document = parseDocument(text, options);
  const reader = new Reader(lines, text, option);
  for (const error of [...document.errors, ...document.warnings]) {
    reader.report(syntaxMessage(error.code, error.message), error.pos[0], error.pos[1]);
  }
  const tree = document.contents === null ? null : reader.read(document.contents, 0);
  return { tree, found: reader.found };
}

/** A `--set` option: the value is parsed alone, its places are shifted to count within the whole text. */
interface OptionText {
  readonly whole: string;
  readonly valueColumn: number;
}

/** The plain value of a tree, as a JSON parser would give it. */
export function plainValue(tree: Tree): unknown {
  switch (tree.kind) {
    case 'scalar':
      return tree.value;
    case 'list':
      return tree.items.map(plainValue);
    case 'map': {
      const out: Record<string, unknown> = {};
      for (const [key, entry] of tree.entries) out[key] = plainValue(entry.tree);
      return out;
    }
  }
}

/** The part a path leads to, or the deepest part on the way to it. */
export function follow(
  tree: Tree,
  path: readonly PropertyKey[],
): { tree: Tree; entry: Entry | null; complete: boolean } {
  let at: Tree = tree;
  let entry: Entry | null = null;
  for (const key of path) {
    const next: Entry | Tree | undefined =
      at.kind === 'map' ? at.entries.get(String(key)) : at.kind === 'list' ? at.items[Number(key)] : undefined;
    if (next === undefined) return { tree: at, entry, complete: false };
    entry = 'tree' in next ? next : null;
    at = 'tree' in next ? next.tree : next;
  }
  return { tree: at, entry, complete: true };
}

const TEXT_LENGTH_MAX = 1_000_000;
const DEPTH_MAX = 64;
const NODES_MAX = 50_000;
/** A text made of mistakes is not read to its end. */
const FOUND_MAX = 5000;

/**
 * The YAML parser takes tens of microseconds for every mark and recurses, so number and depth are bounded before it runs:
 * by brackets, and by the block markers (`- - -`, `? ?`) and blanks a line can begin with.
 */
function isTooMuch(text: string): boolean {
  let depth = 0;
  let marks = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (IS_MARK[char] !== 1) continue;
    marks++;
    if (char === 0x5b || char === 0x7b) depth++;
    else if ((char === 0x5d || char === 0x7d) && depth > 0) depth--;
    if (depth > 4 * DEPTH_MAX || marks > MARKS_MAX) return true;
  }
  return /^[ \t:?-]{400}/m.test(text);
}

const MARKS_MAX = 100_000;
const IS_MARK = new Uint8Array(128);
for (const mark of '\n,:[]{}&*!?%#|>"\'') IS_MARK[mark.charCodeAt(0)] = 1;

class Reader {
  readonly found: Placed[] = [];
  private readonly anchors = new Map<string, ParsedNode>();
  private readonly open = new Set<unknown>();
  private nodes = 0;

  constructor(
    private readonly lines: LineCounter,
    private readonly text: string,
    private readonly option: OptionText | null,
  ) {}

  report(message: Message, from: number, to: number): void {
    if (this.found.length < FOUND_MAX) this.found.push({ message, place: this.place(from, to) });
  }

  read(node: ParsedNode | null, at: number): Tree {
    const [from, to] = node === null ? [at, at + 1] : [node.range[0], node.range[1]];
    this.nodes++;
    if (this.nodes === NODES_MAX || (this.open.size > DEPTH_MAX && this.nodes < NODES_MAX)) {
      this.nodes = NODES_MAX;
      this.report(say.tooLarge(), from, to);
    }
    if (node === null || this.nodes >= NODES_MAX) return this.nothing(from, to);
    if (isAlias(node)) return this.readAlias(node.source, from, to);
    if (node.anchor !== undefined) this.anchors.set(node.anchor, node);
    if (isScalar(node)) return this.readScalar(node.value, from, to);
    this.open.add(node);
    const tree = this.readCollection(node, from, to);
    this.open.delete(node);
    return tree;
  }

  private readCollection(node: ParsedNode, from: number, to: number): Tree {
    const place = this.place(from, to);
    if (isSeq(node)) {
      const items = node.items.map((item) => this.read(isPair(item) ? null : (item as ParsedNode | null), from));
      return { kind: 'list', items, place };
    }
    const entries = new Map<string, Entry>();
    if (!isMap(node)) return { kind: 'map', entries, place };
    for (const pair of node.items) {
      const key = pair.key as ParsedNode | null;
      const keyFrom = key?.range?.[0] ?? from;
      const keyTo = key?.range?.[1] ?? keyFrom + 1;
      const name = isScalar(key) && key.value !== null ? String(key.value) : null;
      const tree = this.read(pair.value as ParsedNode | null, keyTo);
      if (name === null || name === '' || name === '__proto__') this.report(say.keyRefused(name), keyFrom, keyTo);
      else if (entries.has(name)) this.report(say.keyTwice(), keyFrom, keyTo);
      else entries.set(name, { keyPlace: this.place(keyFrom, keyTo), tree });
    }
    return { kind: 'map', entries, place };
  }

  private readAlias(name: string, from: number, to: number): Tree {
    const target = this.anchors.get(name);
    if (target === undefined || this.open.has(target)) {
      this.report(say.aliasUnknown(name, target !== undefined), from, to);
      return this.nothing(from, to);
    }
    return this.read(target, from);
  }

  private readScalar(value: unknown, from: number, to: number): Tree {
    const text = this.text.slice(from, to);
    const plain = typeof value === 'bigint' ? Number(value) : value;
    const known = typeof plain === 'string' || typeof plain === 'number' || typeof plain === 'boolean' ? plain : null;
    return { kind: 'scalar', value: known, text, place: this.place(from, to) };
  }

  private nothing(from: number, to: number): Tree {
    return { kind: 'scalar', value: null, text: '', place: this.place(from, to) };
  }

  /** A place on one line: what goes on below is cut at the end of its first line. */
  private place(from: number, to: number): Place {
    const { line, col } = this.lines.linePos(from);
    const column = Math.max(1, col);
    const lineEnd = this.text.slice(from, to).search(/[\r\n]/);
    const width = Math.max(1, lineEnd < 0 ? to - from : lineEnd);
    const shift = this.option !== null && line <= 1 ? this.option.valueColumn - 1 : 0;
    return {
      line: Math.max(1, line),
      column: column + shift,
      endColumn: column + shift + width,
      option: this.option?.whole ?? null,
    };
  }
}

function syntaxMessage(code: string, text: string): Message {
  if (code === 'MULTIPLE_DOCS') return say.manyDocuments();
  return say.syntax(text.replace(/\s+$/, ''));
}
