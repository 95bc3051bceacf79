import { METRICS, type MetricDefinition, STATISTICS } from '../models/metrics.js';
import { CAUSES } from '../models/outcome.js';
import { CODES } from './codes.js';
import { nearestNames } from './problem.js';
import { type JsonSchema, scenarioJsonSchema } from './schema.js';

export interface Explanation {
  readonly kind: 'code' | 'metric' | 'field';
  readonly name: string;
  readonly text: string;
}

/** What a word is: a problem's code, a metric, or every place of the scenario file where a key of this name stands. */
export function explain(word: string): readonly Explanation[] {
  const code = word.toUpperCase();
  if (Object.hasOwn(CODES, code)) return [{ kind: 'code', name: code, text: CODES[code]! }];
  const metrics = METRICS.filter(({ name }) => name === word.replace(/[.(].*$/, '')).map(explainMetric);
  const wanted = word.replace(/\[\d*\]/g, '').split('.');
  const fields = fieldsOf(scenarioJsonSchema(), [])
    .filter(({ path }) => endsWith(path, wanted))
    .map(({ path, schema }): Explanation => ({ kind: 'field', name: path.join('.'), text: sentence(schema) }));
  return [...metrics, ...distinct(fields)];
}

/** Names near a word that means nothing. */
export function nearWords(word: string): readonly string[] {
  const keys = fieldsOf(scenarioJsonSchema(), []).map(({ path }) => path.at(-1)!);
  return nearestNames(word, [...Object.keys(CODES), ...METRICS.map(({ name }) => name), ...keys, ...CAUSES]);
}

function explainMetric(metric: MetricDefinition): Explanation {
  const facts = [
    metric.definition,
    `Unit: ${metric.unit}; ${metric.better} is better.`,
    ...(metric.kind === 'distribution' ? [`Statistics: ${STATISTICS.map((name) => `.${name}`).join(' ')}.`] : []),
    ...(metric.takesDuration ? [`With a duration in brackets: ${metric.name}(500ms).`] : []),
    metric.path === null ? 'Counted when a target asks for it.' : `In the summary: ${metric.path}.`,
  ];
  return { kind: 'metric', name: metric.name, text: facts.join(' ') };
}

interface Field {
  readonly path: readonly string[];
  readonly schema: JsonSchema;
}

/** NAME stands for a name of the user's own. */
function fieldsOf(schema: JsonSchema, path: readonly string[]): readonly Field[] {
  const forms = (schema.anyOf ?? []).flatMap((form) => fieldsOf(form, path));
  const items = schema.items === undefined ? [] : [schema.items].flat().flatMap((item) => fieldsOf(item, path));
  const named =
    typeof schema.additionalProperties === 'object' ? fieldsOf(schema.additionalProperties, [...path, 'NAME']) : [];
  const keys = Object.entries(schema.properties ?? {}).flatMap(([key, below]) => [
    { path: [...path, key], schema: below },
    ...fieldsOf(below, [...path, key]),
  ]);
  return [...forms, ...items, ...named, ...keys];
}

/** `fleet.main.nodes` and `nodes` both mean fleet.nodes: a pool's own name may stand between. */
function endsWith(path: readonly string[], wanted: readonly string[]): boolean {
  if (path.at(-1) !== wanted.at(-1)) return false;
  let at = path.length - 1;
  for (let index = wanted.length - 1; index >= 0 && at >= 0; index--) {
    if (path[at] === wanted[index] || path[at] === 'NAME') at--;
  }
  return wanted.length === 1 || at < 0;
}

function sentence(schema: JsonSchema): string {
  const standard = schema.default === undefined ? '' : ` Default: ${JSON.stringify(schema.default)}.`;
  const choices = schema.enum === undefined ? '' : ` One of ${schema.enum.map(String).join(', ')}.`;
  return `${schema.description ?? 'A part of the form it belongs to.'}${choices}${standard}`;
}

function distinct(explanations: readonly Explanation[]): readonly Explanation[] {
  const seen = new Set<string>();
  return explanations.filter(({ name, text }) => {
    const key = `${name} ${text}`;
    return seen.has(key) ? false : seen.add(key);
  });
}
