/** Every option, once; which command takes which stands below. */
export const OPTIONS = {
  set: { type: 'string', array: true, requiresArg: true, describe: 'Override one value: path=value; repeatable' },
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
    describe: 'Write one file: text, json, csv, html, md, perfetto or parquet, as KIND or KIND=PATH; repeatable',
  },
  requests: { type: 'boolean', describe: 'With --out: also requests.csv, one row an attempt' },
  json: { type: 'boolean', describe: 'One JSON document on standard output instead of the text' },
  quiet: { type: 'boolean', alias: 'q', describe: 'No progress and no notes on standard error' },
  check: { type: 'boolean', describe: 'Run twice and name the first event that differs' },
  workers: { type: 'number', requiresArg: true, describe: 'Threads for many runs; default: all cores' },
  'runs-dir': {
    type: 'string',
    requiresArg: true,
    describe: 'Keep finished runs in this folder and use those that are there',
  },
  summary: { type: 'boolean', describe: 'The schema of summary.json instead' },
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
  fit: { type: 'boolean', describe: 'Print a traffic class in YAML that resembles the trace' },
  color: { type: 'boolean', describe: 'Colour on or off (--no-color); default: where a terminal reads it' },
} as const;
export type OptionName = keyof typeof OPTIONS;

export const COMMAND_OPTIONS: Readonly<Record<string, readonly OptionName[]>> = {
  run: ['set', 'seed', 'out', 'output', 'requests', 'json', 'quiet', 'check', 'workers', 'runs-dir', 'color'],
  report: ['out', 'output', 'json', 'quiet', 'color'],
  validate: ['set', 'seed', 'json', 'color'],
  catalog: ['json', 'color'],
  trace: ['format', 'column', 'time-unit', 'max-bad-rows', 'to', 'fit', 'json', 'color'],
  schema: ['summary'],
  completion: [],
};
