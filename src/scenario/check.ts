import type { z } from 'zod';
import type { Message } from './messages.js';
import * as say from './messages.js';
import { type Variant, variantOf } from './schema-kit.js';
import { below, keysOf, vocabulary } from './vocabulary.js';

/** A message about a part of a value; `key` names the key at `path` that it is about, where it is about a key. */
interface Finding {
  readonly path: readonly PropertyKey[];
  readonly key: string | null;
  readonly message: Message;
}

interface Checked<T> {
  /** The value without the keys at fault, for the sake of further checks; null: nothing usable is left. */
  readonly value: T | null;
  /** False: something was left out of the value. */
  readonly isWhole: boolean;
  readonly findings: readonly Finding[];
}

/** Checks a plain value against a part of the vocabulary, the part that stands at `base` in a scenario. */
export function check<S extends z.ZodType>(
  schema: S,
  value: unknown,
  base: readonly PropertyKey[],
): Checked<z.output<S>> {
  const first = schema.safeParse(value, { reportInput: true });
  if (first.success) return { value: first.data, isWhole: true, findings: [] };
  const findings = first.error.issues
    .flatMap((issue) => explain(issue as Issue, value, []))
    .map((finding) => withAllowedKeys(finding, value, base));
  const second = schema.safeParse(withoutFaults(value, findings));
  return { value: second.success ? second.data : null, isWhole: false, findings };
}

/** Zod's issues as far as they are used here. */
interface Issue {
  readonly code: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly expected?: string;
  readonly keys?: readonly string[];
  readonly values?: readonly unknown[];
  readonly errors?: readonly (readonly Issue[])[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly inclusive?: boolean;
  readonly origin?: string;
}

function explain(issue: Issue, root: unknown, prefix: readonly PropertyKey[]): readonly Finding[] {
  const path = [...prefix, ...issue.path];
  const { present, value } = valueAt(root, path);
  const at = (message: Message, key: string | null = null): Finding => ({ path, key, message });
  if (!present && issue.code !== 'unrecognized_keys') {
    const key = String(path.at(-1) ?? '');
    return [{ path: path.slice(0, -1), key: null, message: say.missingKey(key, expectation(issue)) }];
  }
  switch (issue.code) {
    case 'unrecognized_keys':
      return (issue.keys ?? []).map((key) => at(say.unknownKey(key, []), key));
    case 'invalid_union':
      return explainUnion(issue, root, path, value);
    case 'custom':
      return [at(say.badQuantity(issue.message, describe(value)))];
    case 'invalid_value':
      return [at(say.notOneOf(describeBare(value), (issue.values ?? []).map(String)))];
    case 'too_small':
    case 'too_big':
      return [at(outOfBounds(issue, value))];
    default:
      return [at(say.wrongType(expectation(issue), describe(value)))];
  }
}

function explainUnion(issue: Issue, root: unknown, path: readonly PropertyKey[], value: unknown): readonly Finding[] {
  const variant = variantOf(issue.message);
  const wrong: Finding = { path, key: null, message: say.wrongType(issue.message, describe(value)) };
  if (variant === undefined) return [wrong];
  const branch = chooseBranch(variant, value);
  if (typeof branch === 'string') {
    const message = say.unknownForm(branch, [...variant.keys.keys()], variant.what);
    return [{ path, key: branch, message }];
  }
  const issues = issue.errors?.[branch];
  if (issues === undefined || issues.length === 0) return [wrong];
  return issues.flatMap((inner) => explain(inner, root, path));
}

/** The branch meant by the value's type or telling key; a text: the key that tells nothing; -1: none fits. */
function chooseBranch(variant: Variant, value: unknown): number | string {
  if (Array.isArray(value)) return variant.list;
  if (value === null || typeof value !== 'object') return value === null ? -1 : variant.scalar;
  if (variant.keys.size === 0) return variant.mapping;
  const keys = Object.keys(value);
  const telling = keys.find((key) => variant.keys.has(key));
  if (telling !== undefined) return variant.keys.get(telling) ?? -1;
  return keys[0] ?? -1;
}

/** Zod does not say which keys would be known. */
function withAllowedKeys(finding: Finding, root: unknown, base: readonly PropertyKey[]): Finding {
  if (finding.key === null || finding.message.code !== 'S010') return finding;
  const { value } = valueAt(root, finding.path);
  const allowed = [...base, ...finding.path].reduce(below, vocabulary());
  const present = Object.keys(value as object).filter((key) => key !== finding.key);
  return { ...finding, message: say.unknownKey(finding.key, keysOf(allowed, present)) };
}

function outOfBounds(issue: Issue, value: unknown): Message {
  const low = issue.code === 'too_small';
  const bound = low ? issue.minimum : issue.maximum;
  if (issue.origin === 'array') return say.emptyList(`at least ${bound} needed`);
  if (issue.origin === 'string') return say.wrongType('a name', describe(value));
  const relation = low ? (issue.inclusive ? '>=' : '>') : issue.inclusive ? '<=' : '<';
  return say.outOfRange(`a number ${relation} ${bound}`, describe(value));
}

const EXPECTED: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
  tuple: 'a list',
};

function expectation(issue: Issue): string {
  if (issue.code === 'invalid_union') return issue.message;
  return EXPECTED[issue.expected ?? ''] ?? issue.expected ?? '';
}

/** What a value is, in words of YAML. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'string' ? `"${value}"` : String(value);
}

function describeBare(value: unknown): string {
  return typeof value === 'string' ? value : describe(value);
}

function valueAt(root: unknown, path: readonly PropertyKey[]): { present: boolean; value: unknown } {
  let value = root;
  for (const key of path) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key))
      return { present: false, value: undefined };
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return { present: true, value };
}

/** Unknown keys go, and of a mapping each key with a fault anywhere below it. */
function withoutFaults(value: unknown, findings: readonly Finding[]): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  const faults = new Set(findings.map((finding) => finding.path[0] ?? finding.key));
  return Object.fromEntries(Object.entries(value).filter(([key]) => !faults.has(key)));
}
