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
    ...misses(measured),
    '## Served points',
    `Closed loops of users against one node (aiconfigurator's silicon sample, Apache-2.0). Each point belongs to one half by a hash of its configuration. The ${FITTED} come from the fitted half alone; no figure belongs to a single point.`,
    `${Object.values(SERIES)
      .map(({ about }) => `- ${about}.`)
      .join('\n')}`,
    table(GROUP_HEAD, [...measured.groups.flatMap(groupRows), ...Object.entries(measured.totals).flatMap(totalRows)]),
    'TTFT errors are widest where requests wait for memory: a mean over a queue of minutes multiplies any error of the step. Left out:',
    leftOut(measured.excluded),
    '## Recorded runs',
    'Arrivals and lengths as recorded (LLMServingSim, MIT; vLLM 0.19.0), 300 requests each, requests compared one by one. Step times are those of the catalogue: nothing was fitted to these runs. The engine of the RTX 4090 run was just started: it took 0.69 s for the first 3,392 prompt tokens and 0.20 s for the next 2,005. The replay takes this from the record, as it takes arrivals; the four requests that it is read from are not compared. In the second row the replay is told two things more (below).',
    table(['', 'metric', 'mean', 'P99', 'median of a request', 'KS distance'], measured.runs.flatMap(runRows)),
    'How far apart two replays of the RTX 4090 run are (KS distance) whose step times differ by so much, all else the same:',
    table(
      ['step times', 'TTFT', 'TPOT', 'E2E'],
      measured.sensitivity.map(({ percent, ttft, tpot, e2e }) => [
        `+${percent} %`,
        ...[ttft, tpot, e2e].map((distance) => distance.toFixed(3)),
      ]),
    ),
    ...stepByStep(measured.schedule),
    `The run on two cards is far off: on PCIe without direct access to each other they take 59 ms for a step of 128 sequences where kernel times add up to 52, and half as long again where a prefill shares the step. The all-reduces of the kernel tables were measured in a better server.`,
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
    CHOSEN[0],
    table(
      ['', 'logged', 'computed', ''],
      measured.blocks.map(({ name, logged, computed }) => [
        name,
        String(logged),
        String(computed),
        percent(100 * (computed / logged - 1)),
      ]),
    ),
    CHOSEN[1],
    table(
      ['', 'logged', 'computed', ''],
      measured.unseen.map(({ name, logged, computed, error }) => [
        name,
        logged.toFixed(2),
        computed.toFixed(2),
        percent(100 * error),
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

/** What there is to say of bars that are missed. */
function misses({ runs: [rtx4090], knees }) {
  const isFar = [rtx4090.ttft, rtx4090.tpot, rtx4090.e2e].some(({ ks }) => ks > 0.05);
  const outside = knees.filter(({ isBetween }) => !isBetween);
  return [
    ...(isFar ? [KS_MISSES] : []),
    ...outside.map(({ group, gpus, prompt, output, below, above, simulated }) => {
      const [side, users] = simulated > above ? ['many', simulated - above] : ['few', below + 1 - simulated];
      return `The knee of ${group} x${gpus}, ${prompt}/${output}, is found ${users} user${users === 1 ? '' : 's'} too ${side}.`;
    }),
  ];
}

const KS_MISSES =
  'The KS distances of the RTX 4090 run say less than they seem to. Many of its requests wait alike (22 get their first token 20.8 to 21.2 s after they came), so step times that are all half a percent off move TTFT and TPOT by more than 0.05 (below, "Recorded runs"). The card repeats itself less well: full steps of 2,048 tokens took 0.199 s in this run and 0.204 s in one of the same requests that the source recorded three days before. That all three distances are under 0.05 would be luck, and that two are is.';

/** What in kv-capacity.ts was chosen on the logged counts, and what was not. */
const CHOSEN = [
  'Blocks computed against logged ones; all but the first are runs of vLLM 0.15 with 128 sequences, and with 2,048 tokens a step where nothing else is said (inference-sim/inference-sim, Apache-2.0; its runs of Llama-4-Scout are left out, as what their 8-bit checkpoint takes is not known here). These runs chose the fixed reserve (the first of them), the buffers of several devices (the six on two and four H100), how many vectors a token has alive while it is sampled, and that the feed-forward part of a step is divided by the devices. They did not choose what sampling takes: ten copies of the logits in versions that sort them, three in later ones, as measured in a pull request of vLLM (32558). Left to choose, they would rather take twelve than ten.',
  'KV memory in GiB that was logged on one H100 by vLLM of late 2025 and that nothing was chosen by (llm-d/llm-d-benchmark). It names neither the version nor the seats: the defaults are taken, 1,024 sequences and 8,192 tokens. The peaks it tells (4.76 GiB for Llama-3.1-8B, 5.56 for Qwen3-0.6B) are nine and a half copies of the logits. In percent of the memory that vLLM may use.',
];

/** What the recorded run says of the scheduler alone. */
function stepByStep({ tokens, together, apartFrom, lastSecond }) {
  return [
    `What the replay of the first row is not told: eight prompts go on where an earlier one ended, as turns of a conversation do, and hit the prefix cache; and the engine did not take 0.69 s for its first steps but stood still until 0.39 s, when its first launch had returned. The files of the run do not say the first; a log of the source does, and where it leaves a choice between a few prompts, the one was taken with which the order below comes out (accuracy/openings.mjs).`,
    `With both, the scheduler can be compared step by step. While requests wait, who is let in and who is preempted does not depend on time. With step times that are near enough in the first five seconds (straight lines between figures of the profile), ${together} of the ${tokens} first and last tokens come in one step with exactly those they came with in the record, and all of them until second ${Math.floor(apartFrom)} of ${Math.floor(lastSecond)}, through some 190 preemptions. The source's series of running requests and KV in use, which nothing was chosen by, agrees to the block until second 103 (looked at once, not by this script). What is left is the length of steps.`,
    'Three errors of the step time cancel in the first row. The straight line that was fitted to the profile makes full steps 6 % faster than the profile has them, and those of 64 to 512 tokens up to 45 % slower. Decode attention takes longer where contexts differ: 25.4 ms a step were recorded for 27 sequences of up to 3,100 tokens, 24.7 for 39 of up to 1,900, with 40,500 tokens of KV either way; simulated, only their sum counts. And the time of a sequence beside kernels, fitted on H100 and later, is too much here.',
  ];
}

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
