import { z } from 'zod';
import { check, describe } from './check.js';
import type { Collector } from './collector.js';
import * as say from './messages.js';
import { nameOf } from './path.js';
import { scenarioSchema } from './schema.js';
import { type HardwareInput, hardwareClass, type LlmInput, llm } from './schema-catalogue.js';
import { type EventInput, event, type PoolInput, pool } from './schema-fleet.js';
import { type AccountInput, account, type TrafficInput, trafficClass } from './schema-traffic.js';
import { follow, plainValue, type Tree } from './source-tree.js';

/** An entry of a list and where it stands. */
interface Item<T> {
  /** Without the keys whose shape is wrong; null: nothing usable is left. */
  readonly value: T | null;
  /** False: keys were left out, so the entry cannot be used, only looked through. */
  readonly isWhole: boolean;
  readonly path: readonly PropertyKey[];
}

type Shape = typeof scenarioSchema.shape;
export type Block = keyof Shape;

/**
 * The blocks of a file, each checked by itself and lists entry by entry: one wrong word in a traffic class does not
 * hide what is wrong with the next. Every shape is checked once and its findings reported once.
 */
export class Blocks {
  private readonly checked = new Map<Block, unknown>();

  constructor(
    private readonly root: Tree & { readonly kind: 'map' },
    private readonly found: Collector,
  ) {}

  /** A block that is no list, with its default where the file has none; null after a problem was reported. */
  value<B extends Block>(block: B): z.output<Shape[B]> | null {
    if (!this.checked.has(block)) this.checked.set(block, this.read(scenarioSchema.shape[block], [block]).value);
    return this.checked.get(block) as z.output<Shape[B]> | null;
  }

  fleet(): readonly Item<PoolInput>[] {
    return this.list('fleet', pool, 'pool', 'at least one pool of nodes');
  }

  traffic(): readonly Item<TrafficInput>[] {
    return this.list('traffic', trafficClass, 'traffic class', 'at least one class of requests');
  }

  accounts(): readonly Item<AccountInput>[] {
    return this.list('accounts', account, 'account', null);
  }

  events(): readonly Item<EventInput>[] {
    return this.list('events', event, null, null);
  }

  targets(): readonly Item<string>[] {
    return this.list('targets', z.string(), null, null);
  }

  hardware(): Readonly<Record<string, HardwareInput | null>> {
    return this.byName('hardware', hardwareClass);
  }

  models(): Readonly<Record<string, LlmInput | null>> {
    return this.byName('models', llm);
  }

  /** Names of the entries of a list, also of those whose shape is wrong. */
  names(block: 'fleet' | 'accounts'): readonly string[] {
    const tree = this.root.entries.get(block)?.tree;
    return tree?.kind === 'list' ? tree.items.flatMap((item) => nameOf(item) ?? []) : [];
  }

  /** Keys at the top that are no blocks; also looks at the blocks that nothing else has read. */
  checkRest(): void {
    const known = Object.keys(scenarioSchema.shape) as Block[];
    for (const key of this.root.entries.keys()) {
      if (!known.some((block) => block === key)) this.found.add([], say.unknownKey(key, known), key);
    }
    for (const block of ['about', 'seed', 'drain', 'replications', 'initial', 'fx'] as const) this.value(block);
  }

  private list<S extends z.ZodType>(
    block: Block,
    schema: S,
    namedThing: string | null,
    needed: string | null,
  ): readonly Item<z.output<S>>[] {
    const tree = this.root.entries.get(block)?.tree;
    if (tree === undefined) {
      if (needed !== null) this.found.add([], say.missingKey(block, needed));
      return [];
    }
    if (tree.kind !== 'list') {
      this.found.add([block], say.wrongType('a list', describe(plainValue(tree))));
      return [];
    }
    if (tree.items.length === 0 && needed !== null) this.found.add([block], say.emptyList(needed));
    if (namedThing !== null) this.checkNames(tree.items, block, namedThing);
    return tree.items.map((_item, index) => ({ ...this.read(schema, [block, index]), path: [block, index] }));
  }

  private checkNames(items: readonly Tree[], block: Block, thing: string): void {
    const seen = new Set<string>();
    items.forEach((item, index) => {
      const name = nameOf(item);
      if (name === null) return;
      if (seen.has(name)) this.found.add([block, index, 'name'], say.nameTwice(thing, name));
      seen.add(name);
    });
  }

  private byName<S extends z.ZodType>(block: Block, schema: S): Readonly<Record<string, z.output<S> | null>> {
    const tree = this.root.entries.get(block)?.tree;
    if (tree === undefined) return {};
    if (tree.kind !== 'map') {
      this.found.add([block], say.wrongType('a mapping', describe(plainValue(tree))));
      return {};
    }
    return Object.fromEntries([...tree.entries.keys()].map((name) => [name, this.whole(schema, [block, name])]));
  }

  private read<S extends z.ZodType>(
    schema: S,
    path: readonly PropertyKey[],
  ): Pick<Item<z.output<S>>, 'value' | 'isWhole'> {
    const reached = follow(this.root, path);
    if (!reached.complete) {
      const standard = schema.safeParse(undefined);
      if (standard.success) return { value: standard.data, isWhole: true };
      this.found.add([], say.missingKey(String(path[0]), schema.description ?? ''));
      return { value: null, isWhole: false };
    }
    const { value, isWhole, findings } = check(schema, plainValue(reached.tree), path);
    for (const finding of findings) this.found.add([...path, ...finding.path], finding.message, finding.key);
    return { value, isWhole };
  }

  private whole<S extends z.ZodType>(schema: S, path: readonly PropertyKey[]): z.output<S> | null {
    const { value, isWhole } = this.read(schema, path);
    return isWhole ? value : null;
  }
}
