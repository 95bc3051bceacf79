import { readFileSync } from 'node:fs';
import yargs, { type Argv } from 'yargs';
import type { Precision } from '../models/scenario.js';
import { type Arguments, manyRuns, single, texts, wholeNumber } from './arguments.js';
import { EXIT_CODES_HELP, type ExitCode } from './exit-codes.js';
import { COMMAND_OPTIONS, OPTIONS } from './options.js';
import { attributeAction, capacityAction, compareAction, sweepAction } from './study-actions.js';
import { DEFAULT_COLUMNS, type Terminal } from './terminal.js';
import { UserError } from './user-error.js';

/** Lengths of `catalog show` where none are asked for. */
const DEFAULT_PROMPT = 1000;
const DEFAULT_ANSWER = 250;
const ANSWER_TOKENS = `show: mean tokens of an answer; default: ${DEFAULT_ANSWER}`;

export type Action = (terminal: Terminal) => Promise<ExitCode>;

/** What the command line asks for: text to print, a mistake, or something to do. Commands are loaded when needed. */
export interface CommandLine {
  text: string;
  failure: string | null;
  action: Action | null;
  wantsColor: boolean | undefined;
  isQuiet: boolean;
}

/** Reads the words after the program's name. Nothing is printed and nothing is done here. */
export async function parseCommandLine(words: readonly string[]): Promise<CommandLine> {
  const parsed: CommandLine = { text: '', failure: null, action: null, wantsColor: undefined, isQuiet: false };
  const choose = (args: Arguments, action: Action): void => {
    parsed.action = action;
    parsed.wantsColor = typeof args['color'] === 'boolean' ? args['color'] : undefined;
    parsed.isQuiet = args['quiet'] === true;
  };
  const version = packageVersion();
  const parser = yargs()
    .scriptName('tiersim')
    .usage('Simulate tiered serverless LLM inference from one scenario file.\n\nUsage: $0 <command> [options]')
    .parserConfiguration({
      'greedy-arrays': false,
      'dot-notation': false,
      'parse-positional-numbers': false,
      'camel-case-expansion': false,
    })
    .command(
      'run <files..>',
      'Run scenarios and print what comes out',
      (command) => withOptions(command, 'run'),
      (args) => choose(args, (terminal) => runAction(args, version, terminal)),
    )
    .command(
      'report <files..>',
      'Make any report from summaries of earlier runs',
      (command) => withOptions(command, 'report'),
      (args) => choose(args, (terminal) => reportAction(args, terminal)),
    )
    .command(
      'compare <files..>',
      'Hold scenarios, or one with something changed, against the first: what changed and what it did',
      (command) =>
        withOptions(command, 'compare')
          .example('$0 compare a.yaml b.yaml', 'two files')
          .example("$0 compare a.yaml --what-if fleet.main.nodes=6 --what-if 'traffic.*.arrivals=x2'", 'two what-ifs')
          .example('$0 compare a.yaml --what-if duration=1h --precision 5%', 'as many runs as that takes'),
      (args) => choose(args, (terminal) => compareAction(args, version, terminal)),
    )
    .command(
      'sweep <file>',
      'Run a scenario at many points: a table, CSV, what stands out',
      (command) =>
        withOptions(command, 'sweep')
          .example('$0 sweep a.yaml --vary fleet.main.nodes=1..12', 'how many nodes?')
          .example("$0 sweep a.yaml --vary 'traffic.*.arrivals=x0.5..x2:7' --runs 5", 'latency against load')
          .example('$0 sweep a.yaml --vary fleet.main.nodes=2..9 --vary provider.tiers.flex.price=0.3,0.5', 'a grid'),
      (args) => choose(args, (terminal) => sweepAction(args, version, terminal)),
    )
    .command(
      'capacity <file>',
      'Find the highest load that each target survives',
      (command) =>
        withOptions(command, 'capacity').example(
          "$0 capacity a.yaml --target 'priority.ttft.p95 < 1s'",
          'of one target',
        ),
      (args) => choose(args, (terminal) => capacityAction(args, version, terminal)),
    )
    .command(
      'headroom <file>',
      'Find how much of one class or tier fits before a target breaks',
      (command) => withOptions(command, 'headroom').example('$0 headroom a.yaml --of background', 'of one tier'),
      (args) => choose(args, (terminal) => capacityAction(args, version, terminal)),
    )
    .command(
      'attribute <file>',
      'Say what each tier costs: by the time of nodes, by leaving it out, at the peak',
      (command) => withOptions(command, 'attribute').example('$0 attribute a.yaml --runs 10', 'with intervals'),
      (args) => choose(args, (terminal) => attributeAction(args, version, terminal)),
    )
    .command(
      'validate <files..>',
      'Say what is wrong with scenarios, without running them',
      (command) => withOptions(command, 'validate'),
      (args) => choose(args, (terminal) => validateAction(args, terminal)),
    )
    .command(
      'catalog [part] [name]',
      'List the built-in hardware, models and providers, or show one entry: show NAME',
      (command) =>
        withOptions(command, 'catalog')
          .positional('part', { choices: ['hardware', 'models', 'providers', 'show'] as const })
          .positional('name', { type: 'string', describe: 'show: hardware, model or provider' })
          .option('output', { type: 'number', requiresArg: true, describe: ANSWER_TOKENS }),
      (args) => choose(args, (terminal) => catalogAction(args, terminal)),
    )
    .command(
      'trace <file>',
      'Say what is in a trace file, convert it, or fit a traffic class to it',
      (command) => withOptions(command, 'trace').positional('file', { type: 'string', demandOption: true }),
      (args) => choose(args, (terminal) => traceAction(args, terminal)),
    )
    .command(
      'explain <word>',
      'Say what a code, a metric or a key of the scenario file means',
      (command) => withOptions(command, 'explain').positional('word', { type: 'string', demandOption: true }),
      (args) => choose(args, (terminal) => explainAction(args, terminal)),
    )
    .command(
      'init [file]',
      'Write a first scenario with a word on every line',
      (command) => withOptions(command, 'init').positional('file', { type: 'string', default: 'scenario.yaml' }),
      (args) => choose(args, (terminal) => initAction(args, terminal)),
    )
    .command(
      'schema',
      'Print the JSON Schema of scenario files, for editors',
      (command) => withOptions(command, 'schema'),
      (args) => choose(args, (terminal) => schemaAction(args, terminal)),
    )
    .completion('completion', 'Print a completion script for bash or zsh')
    .example('$0 run scenarios/four-tiers.yaml', 'run and print the table')
    .example('$0 run a.yaml --set duration=5m', 'the same with one value changed')
    .example('$0 run a.yaml b.yaml --out results', 'write files for both')
    .example('$0 run a.yaml --json | jq .targets', 'results for another program')
    .example('$0 report results/a/summary.json -o html', 'a page from an earlier run')
    .epilogue(EXIT_CODES_HELP)
    .demandCommand(1, `which command? There are ${listed(Object.keys(COMMAND_OPTIONS))}`)
    .strict()
    .version(version)
    .help()
    .alias('help', 'h')
    .detectLocale(false)
    .wrap(Math.min(100, process.stdout.columns || DEFAULT_COLUMNS))
    .exitProcess(false)
    .fail((message, error) => {
      if (error !== undefined && error !== null && error.name !== 'YError') throw error;
      parsed.failure ??= message ?? error?.message ?? 'wrong usage';
    });
  await parser.parseAsync(plainWords(words), {}, (_error: unknown, _args: unknown, output: string) => {
    parsed.text = output;
  });
  return parsed;
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** What stands behind `--` is a file, whatever it begins with. */
function plainWords(words: readonly string[]): string[] {
  const end = words.indexOf('--');
  if (end < 0) return [...words];
  const files = words.slice(end + 1).map((word) => (word.startsWith('-') ? `./${word}` : word));
  return [...words.slice(0, end), ...files];
}

function withOptions<Known>(command: Argv<Known>, name: string): Argv<Known> {
  for (const option of COMMAND_OPTIONS[name] ?? []) command.option(option, OPTIONS[option]);
  return command;
}

async function runAction(args: Arguments, version: string, terminal: Terminal): Promise<ExitCode> {
  const { parseOutput } = await import('./outputs.js');
  const command = {
    files: texts(args['files']),
    set: texts(args['set']),
    seed: single(args, 'seed'),
    out: single(args, 'out'),
    outputs: texts(args['output']).map(parseOutput),
    requests: args['requests'] === true,
    json: args['json'] === true,
    check: args['check'] === true,
    ...manyRuns(args),
    version,
  };
  // Last, so that a mistake in the options is told before the simulator is loaded.
  const { runCommand } = await import('./commands/run.js');
  return runCommand(command, terminal);
}

async function reportAction(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const { parseOutput } = await import('./outputs.js');
  const { reportCommand } = await import('./commands/report.js');
  const [files, outputs] = [texts(args['files']), texts(args['output']).map(parseOutput)];
  return reportCommand({ files, out: single(args, 'out'), outputs, json: args['json'] === true }, terminal);
}

async function validateAction(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const { validateCommand } = await import('./commands/validate.js');
  const { set, seed } = { set: texts(args['set']), seed: single(args, 'seed') };
  const { json, explain } = { json: args['json'] === true, explain: args['explain'] === true };
  return validateCommand({ files: texts(args['files']), set, seed, json, explain }, terminal);
}

async function catalogAction(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  if (args['part'] === 'show') return showAction(args, terminal);
  const asked = ['name', 'model', 'gpus', 'weights', 'input', 'output'].find((key) => args[key] !== undefined);
  if (asked !== undefined) {
    throw new UserError(
      `${asked === 'name' ? `"${String(args['name'])}"` : `--${asked}`} goes with tiersim catalog show NAME`,
    );
  }
  const { CATALOG_PARTS, catalogCommand } = await import('./commands/catalog.js');
  const part = CATALOG_PARTS.find((name) => name === args['part']) ?? null;
  return catalogCommand(part, args['json'] === true, terminal);
}

async function explainAction(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const { explainCommand } = await import('./commands/explain.js');
  return explainCommand(String(args['word']), args['json'] === true, terminal);
}

async function initAction(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const { initCommand } = await import('./commands/init.js');
  return initCommand(String(args['file']), terminal);
}

async function showAction(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const { showCommand } = await import('./commands/catalog-show.js');
  const name = args['name'];
  if (typeof name !== 'string' || name === '') {
    throw new UserError('show what? a hardware class, model or provider; tiersim catalog lists them');
  }
  const model = single(args, 'model');
  const needsModel = (['gpus', 'weights', 'input', 'output'] as const).find((key) => args[key] !== undefined);
  if (model === null && needsModel !== undefined) throw new UserError(`--${needsModel} needs --model`);
  const command = {
    name,
    model,
    gpus: wholeNumber(args, 'gpus', 1, 1024) ?? 1,
    weights: single(args, 'weights') as Precision | null,
    promptTokens: wholeNumber(args, 'input', 1, 10_000_000) ?? DEFAULT_PROMPT,
    outputTokens: wholeNumber(args, 'output', 1, 10_000_000) ?? DEFAULT_ANSWER,
    json: args['json'] === true,
  };
  return showCommand(command, terminal);
}

async function traceAction(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const maxBadRows = args['max-bad-rows'] ?? 0;
  if (typeof maxBadRows !== 'number' || !Number.isSafeInteger(maxBadRows) || maxBadRows < 0) {
    throw new UserError('--max-bad-rows is a whole number from 0 on');
  }
  const { traceCommand } = await import('./commands/trace.js');
  const command = {
    file: String(args['file']),
    format: single(args, 'format'),
    columns: texts(args['column']),
    timeUnit: single(args, 'time-unit'),
    maxBadRows,
    json: args['json'] === true,
    toCsv: single(args, 'to') === 'csv',
    fit: args['fit'] === true,
  };
  return traceCommand(command, terminal);
}

async function schemaAction(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const { schemaCommand } = await import('./commands/schema.js');
  if (args['summary'] === true && args['problems'] === true) throw new UserError('--summary or --problems, not both');
  return schemaCommand(
    args['summary'] === true ? 'summary' : args['problems'] === true ? 'problems' : 'scenario',
    terminal,
  );
}

function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { readonly version: string };
  return version;
}
