import { stringify } from 'yaml';
import type { Scenario } from '../models/scenario.js';
import { type Decided, decidedValues } from './filled-values.js';
import type { JsonSchema } from './schema.js';
import { type Place, plainValue, type Tree } from './source-tree.js';
import { type Allowed, below, formsOf, takesAnyName, vocabulary } from './vocabulary.js';

/** A line of a scenario file: text, and where its value comes from; null: the line holds no value. */
export interface FilledLine {
  readonly text: string;
  readonly from: string | null;
}

/** Remarks to stand above a block or an entry, by its path: `fleet`, `fleet.0`. */
export type Remarks = ReadonlyMap<string, readonly string[]>;

/**
 * The scenario as a file that leaves nothing to defaults, each value with its origin. It is YAML again, and loads as the same
 * scenario. Keys whose default no value can say stand as comments.
 */
export function filledLines(tree: Tree, scenario: Scenario, remarks: Remarks): readonly FilledLine[] {
  return new Filler(decidedValues(scenario), remarks).mapping(tree, vocabulary(), '', 0);
}

class Filler {
  constructor(
    private readonly decided: ReadonlyMap<string, Decided>,
    private readonly remarks: Remarks,
  ) {}

  /** Keys of the mapping, in the order of the vocabulary; `tree` null: the file has no such mapping. */
  mapping(tree: Tree | null, allowed: Allowed, path: string, indent: number): FilledLine[] {
    const present = tree?.kind === 'map' ? tree.entries : new Map<string, { readonly tree: Tree }>();
    if (takesAnyName(allowed)) {
      return [...present].flatMap(([key, { tree: value }]) =>
        this.entry(key, value, below(allowed, key), path, indent),
      );
    }
    const form = chosenForm(allowed, [...present.keys()]);
    return Object.entries(form?.properties ?? {}).flatMap(([key, schema]) => {
      const value = present.get(key)?.tree as Tree | undefined;
      const at = path === '' ? key : `${path}.${key}`;
      return value === undefined
        ? this.absent(key, schema, at, indent)
        : this.entry(key, value, [schema], path, indent);
    });
  }

  private entry(key: string, value: Tree, allowed: Allowed, parent: string, indent: number): FilledLine[] {
    const path = parent === '' ? key : `${parent}.${key}`;
    const head = this.remarked(path, indent);
    const isForm = value.kind === 'map' && value.entries.size > 0 && formsOf(allowed).length > 0;
    const isNamed = value.kind === 'map' && value.entries.size > 0 && takesAnyName(allowed);
    if (isForm || isNamed) {
      return [...head, line(indent, `${word(key)}:`, null), ...this.mapping(value, allowed, path, indent + STEP)];
    }
    if (value.kind === 'list' && value.items.some((item) => item.kind === 'map')) {
      const items = value.items.flatMap((item, index) =>
        this.item(item, below(allowed, index), `${path}.${index}`, indent),
      );
      return [...head, line(indent, `${word(key)}:`, null), ...items];
    }
    return [...head, line(indent, `${word(key)}: ${flow(plainValue(value))}`, placeText(value.place))];
  }

  private item(item: Tree, allowed: Allowed, path: string, indent: number): FilledLine[] {
    const lines = item.kind === 'map' ? this.mapping(item, allowed, path, indent + 2 * STEP) : [];
    const first = lines.findIndex(({ text }) => !isComment(text));
    if (first < 0) return [line(indent + STEP, `- ${flow(plainValue(item))}`, placeText(item.place))];
    const dash = { ...lines[first]!, text: `${' '.repeat(indent + STEP)}- ${lines[first]!.text.trimStart()}` };
    return [...this.remarked(path, indent + STEP), ...lines.slice(0, first), dash, ...lines.slice(first + 1)];
  }

  /** A key that the file leaves out: what was decided for it, else its default. */
  private absent(key: string, schema: JsonSchema, path: string, indent: number): FilledLine[] {
    const decided = this.decided.get(path);
    const value = decided?.value ?? schema.default;
    if (value !== undefined) return [line(indent, `${word(key)}: ${flow(value)}`, decided?.by ?? 'default')];
    const isMapping = [...this.decided.keys()].some((known) => known.startsWith(`${path}.`));
    if (isMapping) {
      const lines = this.mapping(null, [schema], path, indent + STEP);
      return [...this.remarked(path, indent), line(indent, `${word(key)}:`, null), ...lines];
    }
    const standard = /Default: (.*?)\.?$/.exec(schema.description ?? '')?.[1];
    return standard === undefined ? [] : [line(indent, `# ${key}: ${standard}`, 'default')];
  }

  private remarked(path: string, indent: number): FilledLine[] {
    return (this.remarks.get(path) ?? []).map((text) => line(indent, text === '' ? '' : `# ${text}`, null));
  }
}

const STEP = 2;

function line(indent: number, text: string, from: string | null): FilledLine {
  return { text: text === '' ? '' : ' '.repeat(indent) + text, from };
}

const isComment = (text: string): boolean => text === '' || text.trimStart().startsWith('#');

/** Of several forms of a mapping the one that was begun; where nothing stands there is one only. */
function chosenForm(allowed: Allowed, present: readonly string[]): JsonSchema | undefined {
  const forms = formsOf(allowed);
  return forms.find(({ properties }) => present.some((key) => Object.hasOwn(properties ?? {}, key))) ?? forms[0];
}

function placeText({ line: at, option }: Place): string {
  return option === null ? `line ${at}` : `--set ${option}`;
}

/** On one line, whatever the value holds. */
function flow(value: unknown): string {
  return stringify(value, {
    collectionStyle: 'flow',
    lineWidth: 0,
    blockQuote: false,
    flowCollectionPadding: false,
  }).trimEnd();
}

const word = (key: string): string => flow(key);
