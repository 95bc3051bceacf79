import { type JsonSchema, scenarioJsonSchema } from './schema.js';

/** What the vocabulary allows at one place: the schemas that a value there may follow. */
export type Allowed = readonly JsonSchema[];

/** The top of a scenario file. */
export function vocabulary(): Allowed {
  root ??= [scenarioJsonSchema()];
  return root;
}

/** Below a key of a mapping or an index of a list. */
export function below(allowed: Allowed, key: PropertyKey): Allowed {
  return branches(allowed).flatMap((schema) => {
    const property = Object.hasOwn(schema.properties ?? {}, key) ? schema.properties?.[String(key)] : undefined;
    if (property !== undefined) return [property];
    if (typeof schema.additionalProperties === 'object') return [schema.additionalProperties];
    if (schema.items === undefined) return [];
    const items = Array.isArray(schema.items) ? schema.items[Number(key)] : schema.items;
    return items === undefined ? [] : [items as JsonSchema];
  });
}

/** The forms of a mapping that may stand here. */
export function formsOf(allowed: Allowed): Allowed {
  return branches(allowed).filter((schema) => schema.properties !== undefined);
}

/** Keys with a meaning of their own at this place; of several forms of a mapping those that share a key with `present`. */
export function keysOf(allowed: Allowed, present: readonly string[]): readonly string[] {
  const mappings = formsOf(allowed);
  const begun = mappings.filter((schema) => present.some((key) => Object.hasOwn(schema.properties ?? {}, key)));
  return [...new Set((begun.length > 0 ? begun : mappings).flatMap((schema) => Object.keys(schema.properties ?? {})))];
}

/** Whether names of the user's own are keys here, such as tiers and models. */
export function takesAnyName(allowed: Allowed): boolean {
  return branches(allowed).some((schema) => typeof schema.additionalProperties === 'object');
}

/** Whether a list may stand here. */
export function takesList(allowed: Allowed): boolean {
  return branches(allowed).some((schema) => schema.items !== undefined);
}

let root: Allowed | null = null;

function branches(allowed: Allowed): Allowed {
  return allowed.flatMap((schema) => (schema.anyOf === undefined ? [schema] : branches(schema.anyOf)));
}
