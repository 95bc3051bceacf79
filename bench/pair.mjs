// node bench/pair.mjs CHECKOUT CHECKOUT... [--case NAME] [--requests N] [--nodes N] [--rounds N]
//
// Compares built checkouts: they run the same case at once with their main threads on one core, so that every whim of the
// machine hits all of them, and what counts is the processor time of those threads. Prints it for the first tenth of a run,
// for the last eight and in all, and how the latter compare with the first checkout. Ten rounds are good to 1 or 2 %.
// `kernel` in the place of the first checkout is the bare kernel, again and again while the other runs; ratios are then the
// times that a checkout takes of the kernel's. Linux only.
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    case: { type: 'string', default: 'limit' },
    requests: { type: 'string', default: '1000000' },
    nodes: { type: 'string' },
    rounds: { type: 'string', default: '10' },
    slices: { type: 'boolean', default: false },
  },
});
const SLICES = 10;
const SELF = new URL(import.meta.url).pathname;
if (positionals.length === 0) {
  console.error('which checkouts? node bench/pair.mjs ../before . [--case limit] [--rounds 10]');
  process.exit(2);
}
const KERNEL = 'kernel';
if (!values.slices) await compare(positionals);
else if (positionals[0] === KERNEL) await runKernel();
else await runOne(resolve(positionals[0]));

/** By the same clock as a run. */
async function runKernel() {
  stayOnOneCore();
  globalThis.performance = { now: () => cpuUs() / 1000 };
  process.argv.splice(2, Infinity, values.requests, values.nodes ?? '8', '0.8');
  await import('./limit-kernel.mjs');
}

/** A run in slices; microseconds a request of each, and of the summary. */
async function runOne(checkout) {
  const { prepareForLength } = await import(`${checkout}/dist/cli/long-run.js`);
  const { Run } = await import(`${checkout}/dist/index.js`);
  const { CASES } = await import(`${checkout}/bench/cases.mjs`);
  const requests = Number(values.requests);
  const nodes = values.nodes === undefined ? undefined : Number(values.nodes);
  const scenario = CASES[values.case].make({ requests, nodes });
  stayOnOneCore();
  prepareForLength(scenario, new Map());
  const run = new Run(scenario, { version: 'bench', hash: '' });
  const times = [cpuUs()];
  for (let slice = 1; slice <= SLICES; slice++) {
    run.advance(slice === SLICES ? Number.POSITIVE_INFINITY : Math.floor((scenario.durationUs * slice) / SLICES));
    times.push(cpuUs());
  }
  run.summary();
  times.push(cpuUs());
  console.log(JSON.stringify(times.slice(1).map((us, i) => (us - times[i]) / requests)));
}

/** Threads of compiler and collector stay where they like. */
function stayOnOneCore() {
  execFileSync('taskset', ['-cp', '0', String(process.pid)]);
}

/** Of the main thread. */
function cpuUs() {
  return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1000;
}

async function compare(checkouts) {
  const flags = ['--slices', '--case', values.case, '--requests', values.requests];
  if (values.nodes !== undefined) flags.push('--nodes', values.nodes);
  const runs = checkouts.map(() => []);
  for (let round = 0; round < Number(values.rounds); round++) {
    const order = checkouts.map((_, i) => (i + round) % checkouts.length);
    const measured = order.filter((i) => checkouts[i] !== KERNEL);
    const started = Promise.all(measured.map((i) => start(checkouts[i], flags)));
    const kernel = checkouts.indexOf(KERNEL);
    if (kernel >= 0) runs[kernel].push(new Array(SLICES).fill((await kernelBeside(started, flags)) / SLICES));
    for (const [place, slices] of (await started).entries()) runs[measured[place]].push(slices);
  }
  const figures = {
    first: ([first]) => first * SLICES,
    rest: (slices) => (sum(slices.slice(2, SLICES)) * SLICES) / (SLICES - 2),
    total: sum,
  };
  for (const [i, checkout] of checkouts.entries()) {
    const line = { checkout };
    for (const [name, of] of Object.entries(figures)) {
      line[`${name}Us`] = rounded(median(runs[i].map(of)));
      if (i > 0 && name !== 'first')
        line[`${name}Ratio`] = rounded(median(runs[i].map((one, round) => of(one) / of(runs[0][round]))));
    }
    console.log(JSON.stringify(line));
  }
}

async function start(what, flags) {
  const { stdout } = await promisify(execFile)(process.execPath, [SELF, what, ...flags]);
  return JSON.parse(stdout);
}

/** Microseconds a request, in the mean of its runs that end before the others. */
async function kernelBeside(others, flags) {
  let isOver = false;
  others.finally(() => {
    isOver = true;
  });
  const runs = [];
  while (!isOver) {
    const { reqPerSec } = await start(KERNEL, flags);
    if (!isOver || runs.length === 0) runs.push(1e6 / reqPerSec);
  }
  return sum(runs) / runs.length;
}

function sum(numbers) {
  return numbers.reduce((total, one) => total + one, 0);
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}

function rounded(number) {
  return Number(number.toFixed(3));
}
