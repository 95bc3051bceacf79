// npm run -s bench -- [--case NAME|all] [--requests N] [--nodes N] [--load X] [--engine plain] [--kernel] [--json]
//
// Runs a case and prints one line: how fast, and what came out. At the shipped size the counts and the fingerprint must
// be those of expected.json (--update writes them); anything else is exit code 1. --kernel runs the bare kernel before
// and after each case and adds the case's share of its requests per second. --engine plain puts the single-step engine
// that the tests compare with in the place of the product's.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { prepareForLength } from '../dist/cli/long-run.js';
import { Run } from '../dist/index.js';
import { CASES } from './cases.mjs';

const EXPECTED = new URL('expected.json', import.meta.url);
const KERNEL = new URL('limit-kernel.mjs', import.meta.url).pathname;

const { values } = parseArgs({
  options: {
    case: { type: 'string', default: 'limit' },
    requests: { type: 'string' },
    nodes: { type: 'string' },
    load: { type: 'string' },
    engine: { type: 'string', default: 'leaping' },
    kernel: { type: 'boolean', default: false },
    update: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const names = values.case === 'all' ? Object.keys(CASES) : [values.case];
const unknown = names.find((name) => CASES[name] === undefined);
if (unknown !== undefined || !['leaping', 'plain'].includes(values.engine)) {
  console.error(`cases: all, ${Object.keys(CASES).join(', ')}; engines: leaping, plain`);
  process.exit(2);
}
const makeEngine = values.engine === 'plain' ? (await import('./plain-engine.mjs')).makePlainEngine : undefined;
const expected = JSON.parse(readFileSync(EXPECTED, 'utf8'));
const isShippedSize = [values.requests, values.nodes, values.load].every((value) => value === undefined);
for (const name of names) {
  // Each case in a process of its own: nothing that one has warmed up or filled helps or hinders the next.
  const result = names.length > 1 ? inOwnProcess(name) : measured(name);
  console.log(values.json ? JSON.stringify(result) : result);
}
if (values.update) writeFileSync(EXPECTED, `${JSON.stringify(expected, null, 2)}\n`);

function inOwnProcess(name) {
  const args = process.argv.slice(2).filter((arg, i, all) => arg !== '--case' && all[i - 1] !== '--case');
  const flags = args.filter((arg) => arg !== '--json' && !arg.startsWith('--case='));
  try {
    const text = execFileSync(process.execPath, [process.argv[1], '--case', name, '--json', ...flags], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const result = JSON.parse(text);
    if (values.update) expected[name] = facts(result);
    return result;
  } catch {
    process.exitCode = 1;
    return { case: name, failed: true };
  }
}

function measured(name) {
  const before = values.kernel ? kernelPerSecond() : 0;
  const result = run(name);
  if (values.kernel) {
    const perSecond = (before + kernelPerSecond()) / 2;
    result.kernelShare = Number((result.reqPerSec / perSecond).toFixed(3));
  }
  if (!isShippedSize) return result;
  if (values.update) expected[name] = facts(result);
  else check(name, facts(result));
  return result;
}

/** What must not change unless the model does; `events` counts wake-ups too, which depend on the engine. */
function facts({ requests, events, steps, fingerprint }) {
  return { requests, events, steps, fingerprint };
}

function check(name, actual) {
  const wanted = { ...expected[name] };
  if (values.engine === 'plain') wanted.events = actual.events;
  if (JSON.stringify(actual) === JSON.stringify(wanted)) return;
  console.error(`${name}: expected ${JSON.stringify(wanted)}, found ${JSON.stringify(actual)}`);
  process.exitCode = 1;
}

function run(name) {
  const { make, requests } = CASES[name];
  const number = (text) => (text === undefined ? undefined : Number(text));
  const scenario = make({
    requests: number(values.requests) ?? requests,
    nodes: number(values.nodes),
    load: number(values.load),
  });
  // As `tiersim run` does.
  prepareForLength(scenario, new Map());
  const simulation = new Run(scenario, {
    version: 'bench',
    hash: '',
    ...(makeEngine === undefined ? {} : { makeEngine }),
  });
  const startMs = performance.now();
  const startCpu = process.cpuUsage();
  simulation.advance(Number.POSITIVE_INFINITY);
  const advanceSeconds = (performance.now() - startMs) / 1000;
  const summary = simulation.summary();
  const wallSeconds = (performance.now() - startMs) / 1000;
  const cpu = process.cpuUsage(startCpu);
  const { total, pools } = summary;
  return {
    case: name,
    requests: summary.run.requests,
    reqPerSec: Math.round(summary.run.requests / wallSeconds),
    events: simulation.eventCount,
    steps: summary.run.steps,
    meanTtftMs: Number(total.ttftMs.mean.toFixed(2)),
    shed: total.outcomes.shed,
    cachedShare: Number((pools.main.prefixHitShare ?? 0).toFixed(3)),
    rssMB: Math.round(process.resourceUsage().maxRSS / 1000),
    fingerprint: summary.run.fingerprint,
    wallSeconds: Number(wallSeconds.toFixed(2)),
    summarySeconds: Number((wallSeconds - advanceSeconds).toFixed(2)),
    cpuSeconds: Number(((cpu.user + cpu.system) / 1e6).toFixed(2)),
  };
}

function kernelPerSecond() {
  const text = execFileSync(process.execPath, [KERNEL, '1000000', values.nodes ?? '8', '0.8'], { encoding: 'utf8' });
  return JSON.parse(text).reqPerSec;
}
