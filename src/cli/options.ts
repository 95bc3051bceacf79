/** Every option, once; which command takes which stands below. */
export const OPTIONS = {
  set: {
    type: 'string',
    array: true,
    requiresArg: true,
    describe: 'Override a value: path=value; path=x2 doubles it, * means every entry; repeatable',
  },
  seed: { type: 'string', requiresArg: true, describe: "The scenario's seed, a whole number or a word" },
  out: {
    type: 'string',
    requiresArg: true,
    describe: 'Write DIR/<scenario>/: report.html, report.txt, summary.json, CSV',
  },
  output: {
    type: 'string',
    alias: 'o',
    array: true,
    requiresArg: true,
    describe:
      'Write one file, KIND=PATH; run and report: text, json, csv, html, md, perfetto or parquet, studies: text, json, html, md or csv',
  },
  requests: { type: 'boolean', describe: 'With --out: also requests.csv, one row an attempt' },
  json: { type: 'boolean', describe: 'One JSON document on standard output instead of the text' },
  quiet: { type: 'boolean', alias: 'q', describe: 'No progress and no notes on standard error' },
  check: { type: 'boolean', describe: 'Run twice and name the first event that differs' },
  'what-if': {
    type: 'string',
    array: true,
    requiresArg: true,
    describe: 'A change to hold against the FILE as it is: path=value, several joined by ";"; repeatable',
  },
  vary: {
    type: 'string',
    array: true,
    requiresArg: true,
    describe: 'PATH=1..12, PATH=a,b,c, PATH=10/s..80/s:8 (eight values) or PATH=x0.5..x8:log:5; repeatable',
  },
  sample: { type: 'string', requiresArg: true, describe: 'lhs:50 takes fifty points spread over all axes' },
  of: { type: 'string', requiresArg: true, demandOption: true, describe: 'The traffic class or tier that grows' },
  target: {
    type: 'string',
    array: true,
    requiresArg: true,
    describe: "What must hold, in the place of the file's targets; repeatable",
  },
  peak: { type: 'boolean', describe: 'Also what each tier adds to a fleet that just meets the targets; many runs' },
  tolerance: { type: 'string', requiresArg: true, describe: 'How narrow to search; default 2%' },
  runs: { type: 'number', requiresArg: true, describe: 'Runs of each scenario, with random streams of their own' },
  precision: {
    type: 'string',
    requiresArg: true,
    describe: "Run until the ratio of every tier's p95 TTFT is known that well, such as 5%; --runs is then the most",
  },
  workers: { type: 'number', requiresArg: true, describe: 'Threads for many runs; default: all cores' },
  'runs-dir': {
    type: 'string',
    requiresArg: true,
    describe: 'Keep finished runs in this folder and use those that are there',
  },
  summary: { type: 'boolean', describe: 'The schema of summary.json instead' },
  problems: { type: 'boolean', describe: 'The schema of what validate --json prints instead' },
  explain: {
    type: 'boolean',
    describe:
      'Print the scenario with nothing left to defaults, where each value comes from, and load against capacity',
  },
  format: { type: 'string', requiresArg: true, describe: 'Layout of the trace; default: told by its first line' },
  column: {
    type: 'string',
    array: true,
    requiresArg: true,
    describe: 'Our column and theirs: time=arrived_at; also input, output, tier; repeatable',
  },
  'time-unit': { type: 'string', requiresArg: true, describe: 'Unit of the time column: us, ms, s, min or h' },
  'max-bad-rows': { type: 'number', requiresArg: true, describe: 'So many unreadable rows are left out; default: 0' },
  to: { type: 'string', choices: ['csv'] as const, requiresArg: true, describe: 'Print the rows in this format' },
  model: { type: 'string', requiresArg: true, describe: 'show HARDWARE: what a node does with this model' },
  gpus: { type: 'number', requiresArg: true, describe: 'show: devices of the node; default: 1' },
  weights: {
    type: 'string',
    choices: ['bf16', 'fp8', 'int4', 'fp4'] as const,
    requiresArg: true,
    describe: 'show: precision of the weights; default: the widest that fits',
  },
  input: { type: 'number', requiresArg: true, describe: 'show: mean tokens of a prompt; default: 1000' },
  fit: { type: 'boolean', describe: 'Print a traffic class in YAML that resembles the trace' },
  color: { type: 'boolean', describe: 'Colour on or off (--no-color); default: where a terminal reads it' },
} as const;
export type OptionName = keyof typeof OPTIONS;

/** Of every command that makes many runs. */
const MANY_RUNS = ['workers', 'runs-dir', 'quiet', 'color'] as const;

export const COMMAND_OPTIONS: Readonly<Record<string, readonly OptionName[]>> = {
  run: ['set', 'seed', 'out', 'output', 'requests', 'json', 'quiet', 'check', 'workers', 'runs-dir', 'color'],
  report: ['out', 'output', 'json', 'quiet', 'color'],
  compare: ['what-if', 'set', 'seed', 'runs', 'precision', 'output', 'json', ...MANY_RUNS],
  sweep: ['vary', 'sample', 'set', 'seed', 'runs', 'output', 'json', ...MANY_RUNS],
  capacity: ['target', 'tolerance', 'set', 'seed', 'runs', 'output', 'json', ...MANY_RUNS],
  headroom: ['of', 'target', 'tolerance', 'set', 'seed', 'runs', 'output', 'json', ...MANY_RUNS],
  attribute: ['peak', 'set', 'seed', 'runs', 'output', 'json', ...MANY_RUNS],
  validate: ['explain', 'set', 'seed', 'json', 'color'],
  catalog: ['model', 'gpus', 'weights', 'input', 'json', 'color'],
  trace: ['format', 'column', 'time-unit', 'max-bad-rows', 'to', 'fit', 'json', 'color'],
  explain: ['json', 'color'],
  init: ['quiet'],
  schema: ['summary', 'problems'],
  completion: [],
};
