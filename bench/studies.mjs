// node bench/studies.mjs [--runs 1000] [--json]
// node bench/studies.mjs --what-if fleet.main.nodes=5   # the headline scenario compared until p95 is known to 5 %
// node bench/studies.mjs --set fleet.main.nodes=7 --what-if fleet.main.nodes=8   # the same from a fleet on which every tier has one
//
// What running many runs on threads costs beside the runs themselves:
// - workerStartMs: from nothing to the first answer of a pool, less the run itself;
// - speedup: one thread's time over that of all, for the same runs; processSpeedup: the same of processes that share nothing, which
//   is what the machine can give: cores that share caches, memory or execution units give less than their number;
// - sweepOverhead: a sweep's time over the sum of its runs' own times divided by the threads.
//
// With --what-if, as `tiersim compare scenarios/four-tiers.yaml --what-if ... --precision 5%` does it in a process of its own: pairs
// of runs, seconds of the clock and of the processors, and how well each tier's p95 TTFT is known.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { loadScenario, scenarioHash, sweep } from '../dist/index.js';
import { ThreadPool } from '../dist/run/index.js';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    json: { type: 'boolean' },
    alone: { type: 'string' },
    'what-if': { type: 'string' },
    set: { type: 'string', multiple: true, default: [] },
  },
});
const threads = availableParallelism();
const worker = new URL('timed-worker.mjs', import.meta.url);
const file = new URL('../docs/what-if.md', import.meta.url);
/** The scenario of the worked example. */
const text = /```yaml\n(about:[^`]*)```/.exec(readFileSync(file, 'utf8'))[1];

function subject(...set) {
  const { scenario } = loadScenario(text, { file: 'chat.yaml', set });
  return { scenario, hash: scenarioHash(scenario), version: 'bench', traces: new Map(), warnings: [], notes: [] };
}

const jobs = (of, runs) => Array.from({ length: runs }, (_, k) => ({ subject: of, run: k + 1, detail: 'slim' }));

async function timed(action) {
  const startMs = performance.now();
  const value = await action();
  return { ms: performance.now() - startMs, value };
}

async function inPool(width, action) {
  const pool = new ThreadPool({ threads: width, worker });
  try {
    return await action(pool);
  } finally {
    await pool.close();
  }
}

async function workerStartMs() {
  const tiny = subject('duration=31s', 'traffic.*.arrivals=0.1/s');
  const starts = [];
  for (let k = 0; k < 5; k++) {
    const { ms, value } = await timed(() => inPool(1, (pool) => pool.runAll(jobs(tiny, 1))));
    starts.push(ms - value[0].elapsedMs);
  }
  return starts.sort((a, b) => a - b)[2];
}

const RUNS_FOR_SPEED = 40;

async function oneWidth(width) {
  const one = subject();
  return inPool(width, async (pool) => {
    await pool.runAll(jobs(one, 4 * width));
    return (await timed(() => pool.runAll(jobs(one, RUNS_FOR_SPEED)))).ms;
  });
}

async function processes() {
  const each = () =>
    promisify(execFile)(process.execPath, [process.argv[1], '--alone', String(RUNS_FOR_SPEED / threads)]);
  const answers = await Promise.all(Array.from({ length: threads }, each));
  return Math.max(...answers.map(({ stdout }) => Number(stdout)));
}

if (values.alone !== undefined) {
  const one = subject();
  await inPool(1, async (pool) => {
    await pool.runAll(jobs(one, 4));
    console.log((await timed(() => pool.runAll(jobs(one, Number(values.alone))))).ms);
  });
  process.exit(0);
}

if (values['what-if'] !== undefined) {
  const startMs = performance.now();
  const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
  const scenario = fileURLToPath(new URL('../scenarios/four-tiers.yaml', import.meta.url));
  const set = values.set.flatMap((one) => ['--set', one]);
  const command = [main, 'compare', scenario, ...set, '--what-if', values['what-if'], '--precision', '5%', '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, command, { maxBuffer: 1e8 });
  const seconds = (performance.now() - startMs) / 1000;
  const { runs, precision } = JSON.parse(stdout);
  const known = precision.goals.map(({ scope, figure, halfWidth, isAwaited }) => {
    const width = (halfWidth * 100).toFixed(1);
    return [
      scope,
      `${figure} ±${width} ${figure === 'firstTokenShare' ? 'points' : '%'}${isAwaited ? '' : ', not awaited'}`,
    ];
  });
  const result = {
    set: values.set,
    whatIf: values['what-if'],
    threads,
    seconds,
    pairs: runs,
    known: Object.fromEntries(known),
  };
  console.log(values.json ? JSON.stringify(result) : result);
  process.exit(0);
}

const startMs = await workerStartMs();
const alone = await oneWidth(1);
const all = await oneWidth(threads);
const apart = await processes();

const runs = Number(values.runs);
const points = ['20/s', '25/s', '30/s', '35/s', '40/s', '45/s', '50/s', '55/s', '60/s', '65/s'];
let ownMs = 0;
const cases = points.map((rate) => ({ values: [rate], subject: subject('targets=[]', `traffic.*.arrivals=${rate}`) }));
const whole = await timed(() =>
  inPool(threads, (pool) =>
    sweep(['traffic.*.arrivals'], cases, runs / points.length, {
      width: pool.width,
      runAll: (all) =>
        pool.runAll(all, (_, result) => {
          ownMs += result.elapsedMs;
        }),
    }),
  ),
);
const result = {
  threads,
  workerStartMs: Math.round(startMs),
  speedup: Number((alone / all).toFixed(2)),
  processSpeedup: Number((alone / apart).toFixed(2)),
  runs,
  sweepSeconds: Number((whole.ms / 1000).toFixed(2)),
  sweepOverhead: Number((whole.ms / (ownMs / threads)).toFixed(3)),
};
console.log(values.json ? JSON.stringify(result) : result);
