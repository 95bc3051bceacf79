import { METRICS, type MetricUnit, STATISTICS } from '../../src/models/metrics.js';
import { type JsonSchema, scenarioJsonSchema } from '../../src/scenario/schema.js';

/** The tables of docs/scenario.md, from the schema that also checks the files: they cannot disagree. */
export function scenarioReference(): string {
  const blocks = Object.entries(scenarioJsonSchema().properties ?? {});
  const isPlain = ([, schema]: readonly [string, JsonSchema]): boolean => rowsBelow(schema, '').length === 0;
  const plain = blocks.filter(isPlain).map(([name, schema]) => row(name, schema, isNeeded(name)));
  const nested = blocks
    .filter((block) => !isPlain(block))
    .map(([name, schema]) => `### ${name}\n\n${sentence(schema)}\n\n${HEAD}\n${rowsBelow(schema, '').join('\n')}\n`);
  return `### Single values\n\n${HEAD}\n${plain.join('\n')}\n\n${nested.join('\n')}`;
}

/** The table of docs/metrics.md. */
export function metricsReference(): string {
  const rows = METRICS.map((metric) => {
    const statistic = metric.kind === 'distribution' ? `.${STATISTICS.join(' .')}` : '';
    const name = `\`${metric.name}${metric.takesDuration ? '(500ms)' : ''}\``;
    const place = metric.path === null ? 'counted when a target asks for it' : `\`${metric.path}\``;
    const served = metric.servedPath === null ? '' : 'yes';
    return `| ${[name, statistic, UNITS[metric.unit], metric.definition, place, served].join(' | ')} |`;
  });
  return `| metric | statistics | unit | what it is | in the summary | by tier served |\n|---|---|---|---|---|---|\n${rows.join('\n')}\n`;
}

const UNITS: Readonly<Record<MetricUnit, string>> = {
  ms: 'ms',
  share: 'share',
  count: 'count',
  ratio: 'ratio',
  tokensPerSecond: 'tokens/s',
  requestsPerSecond: 'requests/s',
  currency: 'money',
  currencyPerMillionTokens: 'money per million tokens',
  kWh: 'kWh',
  joulesPerToken: 'J',
};

const HEAD = '| key | value | meaning |\n|---|---|---|';

function isNeeded(name: string): boolean {
  return (scenarioJsonSchema() as { required?: readonly string[] }).required?.includes(name) ?? false;
}

/** A row for every key of a mapping, of the entries of a list, or of the forms a value can take. */
function rowsBelow(schema: JsonSchema, prefix: string): string[] {
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.flatMap((form) => rowsBelow(form, prefix)))];
  if (schema.items !== undefined && !Array.isArray(schema.items)) return rowsBelow(schema.items as JsonSchema, prefix);
  if (typeof schema.additionalProperties === 'object') return rowsBelow(schema.additionalProperties, `${prefix}NAME.`);
  const needed = schema.required ?? [];
  return Object.entries(schema.properties ?? {}).flatMap(([name, below]) => [
    row(prefix + name, below, needed.includes(name)),
    ...rowsBelow(below, `${prefix}${name}.`),
  ]);
}

function row(name: string, schema: JsonSchema, isRequired: boolean): string {
  const standard = schema.default === undefined ? '' : ` Default: \`${JSON.stringify(schema.default)}\`.`;
  const needed = isRequired && schema.default === undefined ? ' **Needed.**' : '';
  return `| \`${name}\` | ${valueText(schema)} | ${`${schema.description ?? ''}${standard}${needed}`.trim()} |`;
}

function sentence(schema: JsonSchema): string {
  return schema.description ?? '';
}

function valueText(schema: JsonSchema): string {
  const kinds = [...new Set(kindsOf(schema))];
  return kinds.length === 0 ? 'anything' : kinds.join(', ');
}

function kindsOf(schema: JsonSchema): string[] {
  if (schema.anyOf !== undefined) return schema.anyOf.flatMap(kindsOf);
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``);
  if (schema.const !== undefined) return [`\`${String(schema.const)}\``];
  const types = typeof schema.type === 'string' ? [schema.type] : [...(schema.type ?? [])];
  if (types.includes('number') && types.includes('string')) return ['quantity'];
  return types.map((type) => KINDS[type] ?? type);
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  boolean: 'true or false',
  object: 'mapping',
  array: 'list',
};
