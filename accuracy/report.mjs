import { bars } from './bars.mjs';
import { SERIES } from './points.mjs';

/** docs/accuracy.md. */
export function reportText(measured) {
  return `${[
    '# How accurate it is',
    'Made by `npm run -s accuracy`, which replays published measurements of vLLM through the simulator; not edited by hand. All errors are simulated against measured, in percent: *median* and *MAPE* of the absolute, *bias* the mean of the signed (negative: simulated too fast).',
    '## What was promised',
    table(
      ['', 'measured', 'at most', ''],
      bars(measured).map(({ what, value, limit, unit, isMet }) => [
        what,
        `${shortest(value)}${unit && ` ${unit}`}`,
        `${limit}${unit && ` ${unit}`}`,
        isMet ? 'met' : '**missed**',
      ]),
    ),
    MISSES,
    '## Served points',
    `Closed loops of users against one node (aiconfigurator's silicon sample, Apache-2.0). Each point belongs to one half by a hash of its configuration. The ${FITTED} come from the fitted half alone; no figure belongs to a single point.`,
    `${Object.values(SERIES)
      .map(({ about }) => `- ${about}.`)
      .join('\n')}`,
    table(GROUP_HEAD, [...measured.groups.flatMap(groupRows), ...Object.entries(measured.totals).flatMap(totalRows)]),
    'TTFT errors are widest where requests wait for memory: a mean over a queue of minutes multiplies any error of the step. Left out:',
    leftOut(measured.excluded),
    '## Recorded runs',
    'Arrivals and lengths as recorded (LLMServingSim, MIT; vLLM 0.19.0), 300 requests each, requests compared one by one. Step times are those of the catalogue: nothing was fitted to these runs. The engine of the RTX 4090 run was just started: it took 0.69 s for the first 3,392 prompt tokens and 0.20 s for the next 2,005. The replay takes this from the record, as it takes arrivals; the four requests that it is read from are not compared.',
    table(['', 'metric', 'mean', 'P99', 'median of a request', 'KS distance'], measured.runs.flatMap(runRows)),
    'How far apart two replays of the RTX 4090 run are (KS distance) whose step times differ by so much, all else the same:',
    table(
      ['step times', 'TTFT', 'TPOT', 'E2E'],
      measured.sensitivity.map(({ percent, ttft, tpot, e2e }) => [
        `+${percent} %`,
        ...[ttft, tpot, e2e].map((distance) => distance.toFixed(3)),
      ]),
    ),
    `The second run is far off: two cards on PCIe without direct access to each other take 59 ms for a step of 128 sequences where kernel times add up to 52, and half as long again where a prefill shares the step. The all-reduces of the kernel tables were measured in a better server.`,
    '## Where KV memory begins to bind',
    'Measured: between the last number of users whose TTFT is ordinary and the first whose TTFT jumps. Simulated: the least number of users whose mean TTFT is a tenth above that of a node with memory without end.',
    table(
      ['', 'prompt / output', 'measured', 'simulated', ''],
      measured.knees.map(({ group, gpus, prompt, output, below, above, simulated, isBetween }) => [
        `${group} x${gpus}`,
        `${prompt} / ${output}`,
        `${below} to ${above}`,
        String(simulated),
        isBetween ? 'between' : '**outside**',
      ]),
    ),
    'Blocks computed against logged ones. The reserves beside weights were chosen on these runs, so this checks the form of the formula only.',
    table(
      ['', 'logged', 'computed', ''],
      measured.blocks.map(({ name, logged, computed }) => [
        name,
        String(logged),
        String(computed),
        percent(100 * (computed / logged - 1)),
      ]),
    ),
    '## What the figures do not say',
    `- Groups measured on other hardware have no points here; their step times rest on kernel tables or data sheets alone.
- The way between client and engine (HTTP, tokenizer) is not simulated: first tokens of small prompts come 10 to 20 ms early.
- Mixtures of experts have two factors for each model and device, so their fitted halves are small. Prefills of theirs and of FP4 on four and eight B200 are too fast.`,
  ].join('\n\n')}\n`;
}

/** src/models/catalog/measured.ts: what the product itself says about its distance from measured points. */
export function measuredSource({ groups }) {
  const rows = groups
    .filter(({ tested }) => tested !== null)
    .map(({ name, tested }) => {
      const [model, precision, hardware] = name.split(' ');
      const errors = [tested.tpot.mape, tested.ttft.median].map((value) => Number(value.toFixed(1)));
      return `  ['${hardware}', '${model}', '${precision}', ${tested.points}, ${errors.join(', ')}],`;
    });
  return `import type { Precision } from '../scenario.js';

type MeasuredRow = readonly [
  hardware: string,
  model: string,
  precision: Precision,
  points: number,
  tpotMapePct: number,
  ttftMedianPct: number,
];

/** Made by \`npm run -s accuracy\`: errors against published points that nothing was fitted to, see docs/accuracy.md. */
export const MEASURED: readonly MeasuredRow[] = [
${rows.join('\n')}
];
`;
}

const FITTED =
  "time of a sequence beside kernels, the host's share of a step, the cost of 8-bit KV, the rate of all-reduces, and a factor on prefills for each device and precision";

const MISSES =
  'The KS distances of the RTX 4090 run say less than they seem to: requests are admitted in groups when answers end, a group is an eighth of the sample, and replays whose step times differ by half a percent are further apart than 0.05 (below, "Recorded runs"). A profile with a mean error of 7.6 % cannot be held to that. The knee is missed by one user.';

const GROUP_HEAD = ['', 'half', 'points', 'TPOT median', 'MAPE', 'bias', 'TTFT median', 'MAPE', 'bias', 'step time'];

function groupRows({ name, source, fitted, tested }) {
  return [halfRow(name, 'fitted', fitted, source), halfRow('', 'tested', tested, '')].filter((row) => row !== null);
}

const TOTALS = { dense: '**all dense**', experts: '**all with experts**', all: '**all**' };

function totalRows([name, { fitted, tested }]) {
  return [halfRow(TOTALS[name], 'fitted', fitted, ''), halfRow('', 'tested', tested, '')];
}

function halfRow(name, half, figures, source) {
  if (figures === null) return null;
  const { points, tpot, ttft } = figures;
  const cells = [tpot.median, tpot.mape, signed(tpot.bias), ttft.median, ttft.mape, signed(ttft.bias)];
  return [
    name,
    half,
    String(points),
    ...cells.map((cell) => (typeof cell === 'string' ? cell : shortest(cell))),
    source,
  ];
}

function runRows({ name, ttft, tpot, e2e }) {
  return Object.entries({ TTFT: ttft, TPOT: tpot, E2E: e2e }).map(([metric, { mean, p99, perRequest, ks }], index) => [
    index === 0 ? name : '',
    metric,
    percent(mean),
    percent(p99),
    `${shortest(perRequest)} %`,
    ks.toFixed(3),
  ]);
}

/** Rows left out, by reason. */
function leftOut(points) {
  const byReason = new Map();
  for (const point of points) {
    const where = `${point.group} x${point.gpus}, ${point.prompt}/${point.output}, ${point.users} users`;
    byReason.set(point.excluded, [...(byReason.get(point.excluded) ?? []), where]);
  }
  return [...byReason]
    .map(([reason, rows]) => `- ${reason}: ${rows.length <= 12 ? rows.join('; ') : `${rows.length} rows`}.`)
    .join('\n');
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const shortest = (value) => String(Number(value.toFixed(Math.abs(value) < 1 ? 3 : 1)));
const signed = (value) => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(1)}`;
const percent = (value) => `${signed(value)} %`;
