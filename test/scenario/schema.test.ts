import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type JsonSchema, scenarioJsonSchema, scenarioSchema } from '../../src/scenario/schema.js';

const schema = scenarioJsonSchema();

/** Every schema inside, with the path of keys to it. */
function* everySchema(at: JsonSchema, path = ''): Generator<[string, JsonSchema]> {
  yield [path, at];
  for (const [key, property] of Object.entries(at.properties ?? {})) yield* everySchema(property, `${path}.${key}`);
  for (const branch of at.anyOf ?? []) yield* everySchema(branch, path);
  if (typeof at.additionalProperties === 'object') yield* everySchema(at.additionalProperties, `${path}.*`);
  for (const item of [at.items ?? []].flat()) yield* everySchema(item, `${path}[]`);
}

describe('the JSON Schema', () => {
  it('is draft-7', () => {
    expect(schema).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#', type: 'object' });
  });

  it('asks for three blocks only', () => {
    expect([...(schema.required ?? [])].sort()).toEqual(['fleet', 'provider', 'traffic']);
  });

  it('has every block of the format', () => {
    expect(Object.keys(schema.properties ?? {}).sort()).toEqual(
      [
        'about',
        'accounts',
        'drain',
        'duration',
        'energy',
        'events',
        'fleet',
        'fx',
        'gateway',
        'hardware',
        'initial',
        'models',
        'provider',
        'replications',
        'seed',
        'start',
        'targets',
        'traffic',
        'warmup',
      ].sort(),
    );
  });

  it('describes every block and every key of the lists', () => {
    const lists = ['fleet', 'traffic', 'accounts', 'events'];
    const keys = [
      ...Object.entries(schema.properties ?? {}),
      ...lists.flatMap((list) => {
        const item = schema.properties?.[list]?.items as JsonSchema;
        return Object.entries(item.properties ?? {}).map(([key, value]) => [`${list}.${key}`, value] as const);
      }),
    ];
    expect(keys.filter(([, value]) => !value.description).map(([key]) => key)).toEqual([]);
  });

  it('shows defaults in the words a user would write', () => {
    expect(schema.properties?.['duration']?.default).toBe('10m');
    expect(schema.properties?.['warmup']?.default).toBe('0s');
    const pool = schema.properties?.['fleet']?.items;
    expect(pool).toMatchObject({ properties: { nodes: { default: 1 } } });
  });

  it('lets no mapping take keys it does not know', () => {
    const open = [...everySchema(schema)].filter(
      ([, at]) => at.properties !== undefined && at.additionalProperties !== false,
    );
    expect(open.map(([path]) => path)).toEqual([]);
  });

  it('lets a quantity be a number or a text', () => {
    expect(schema.properties?.['duration']?.type).toEqual(['number', 'string']);
  });
});

describe('the vocabulary', () => {
  it.each(readdirSync('scenarios').filter((file) => file.endsWith('.yaml')))('admits %s as a whole', (file) => {
    expect(scenarioSchema.safeParse(parse(readFileSync(`scenarios/${file}`, 'utf8'))).success).toBe(true);
  });
});
