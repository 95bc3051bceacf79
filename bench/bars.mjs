// npm run -s bars -- [--rounds N] [--only NAME,...] [--json]
//
// The bars of docs/performance.md that take time to measure. Each is measured once a round, so that all of them see the
// same hours, and speeds are shares of the bare kernel's, which runs before and after. On a machine of which others have
// their part one run says little: a bar is met where the median of the rounds meets it. Exit code 1: one is not.
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const MAIN = new URL('main.mjs', import.meta.url).pathname;
const KERNEL = new URL('limit-kernel.mjs', import.meta.url).pathname;
const MILLION = '1000000';

const atLeast = (bound, measure) => ({ bound, word: 'at least', isMet: (figure) => figure >= bound, measure });
const atMost = (bound, measure) => ({ bound, word: 'at most', isMet: (figure) => figure <= bound, measure });
const shareOf = (name) => () => bench(['--case', name, '--requests', MILLION, '--kernel']).kernelShare;

const BARS = {
  limit: atLeast(0.4, shareOf('limit')),
  service: atLeast(0.25, shareOf('service')),
  mooncake: atLeast(0.15, shareOf('mooncake')),
  'long-prompts': atLeast(0.15, shareOf('long-prompts')),
  'long-outputs': atLeast(0.15, shareOf('long-outputs')),
  'load-70': atLeast(0.15, shareOf('load-70')),
  'load-90': atLeast(0.15, shareOf('load-90')),
  'load-100': atLeast(0.15, shareOf('load-100')),
  'overload-130': atLeast(0.15, shareOf('overload-130')),
  growth: atMost(1.3, growth),
  'memory-MB': atMost(300, () => bench(['--case', 'limit']).rssMB),
};

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    only: { type: 'string', default: Object.keys(BARS).join() },
    json: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const names = values.only.split(',');
const unknown = names.find((name) => BARS[name] === undefined);
if (unknown !== undefined || !Number.isInteger(rounds) || rounds < 1) {
  console.error(`bars: ${Object.keys(BARS).join(', ')}; rounds: 1 or more`);
  process.exit(2);
}

const figures = Object.fromEntries(names.map((name) => [name, []]));
for (let round = 1; round <= rounds; round++) {
  for (const name of names) figures[name].push(BARS[name].measure());
  if (process.stderr.isTTY) process.stderr.write(`\rround ${round} of ${rounds}${round === rounds ? '\n' : ''}`);
}
for (const name of names) print(name, figures[name]);

function print(name, measured) {
  const { bound, word, isMet } = BARS[name];
  const sorted = [...measured].sort((a, b) => a - b);
  const median = (sorted[Math.floor((rounds - 1) / 2)] + sorted[Math.ceil((rounds - 1) / 2)]) / 2;
  const met = measured.filter(isMet).length;
  if (!isMet(median)) process.exitCode = 1;
  if (values.json) {
    console.log(JSON.stringify({ bar: name, [word]: bound, median, isMet: isMet(median), met, measured }));
    return;
  }
  const verdict = isMet(median) ? 'met' : 'MISSED';
  const range = `${shown(sorted[0])} to ${shown(sorted.at(-1))}`;
  console.log(
    `${name.padEnd(13)} ${verdict.padEnd(7)} median ${shown(median).padEnd(6)} ${word} ${String(bound).padEnd(5)} ${range}, alone met in ${met} of ${rounds}`,
  );
}

/** How much more the cost of a request grows from one node to a thousand than the kernel's own does. */
function growth() {
  const few = kernelUs('1');
  const oursFew = 1e6 / bench(['--case', 'limit', '--requests', MILLION, '--nodes', '1']).reqPerSec;
  const many = kernelUs('1000');
  const oursMany = 1e6 / bench(['--case', 'limit', '--requests', MILLION, '--nodes', '1000']).reqPerSec;
  return oursMany / oursFew / ((many + kernelUs('1000')) / (few + kernelUs('1')));
}

function kernelUs(nodes) {
  return 1e6 / json([KERNEL, MILLION, nodes, '0.8']).reqPerSec;
}

function bench(flags) {
  return json([MAIN, '--json', ...flags]);
}

function json(args) {
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }));
}

function shown(figure) {
  return figure >= 100 ? String(figure) : figure.toFixed(3);
}
