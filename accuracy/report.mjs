import { FITS } from '../dist/models/catalog/step-fits.js';
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
    ...remarks(measured),
    '## Served points',
    `Closed loops of users against one node (aiconfigurator's silicon sample, Apache-2.0). Each point belongs to one half by a hash of its configuration. The ${FITTED} come from the fitted half alone; no figure belongs to a single point.`,
    `${Object.values(SERIES)
      .map(({ about }) => `- ${about}.`)
      .join('\n')}`,
    table(GROUP_HEAD, [...measured.groups.flatMap(groupRows), ...Object.entries(measured.totals).flatMap(totalRows)]),
    'TTFT errors are widest where requests wait for memory: a mean over a queue of minutes multiplies any error of the step. Left out:',
    leftOut(measured.excluded),
    '## Recorded runs',
    'Arrivals and lengths as recorded (LLMServingSim, MIT; vLLM 0.19.0), 300 requests each, requests compared one by one. Step times are those of the catalogue.',
    ...told(measured.schedule),
    table(['', 'metric', 'mean', 'P99', 'median of a request', 'KS distance'], measured.runs.flatMap(runRows)),
    'How far apart two replays of the RTX 4090 run are (KS distance) whose step times differ by so much, all else the same:',
    table(
      ['step times', 'TTFT', 'TPOT', 'E2E'],
      measured.sensitivity.map(({ percent, ttft, tpot, e2e }) => [
        `+${percent} %`,
        ...[ttft, tpot, e2e].map((distance) => distance.toFixed(3)),
      ]),
    ),
    `The run on two cards is far off: on PCIe without direct access to each other they take 59 ms for a step of 128 sequences where kernel times add up to 52, and half as long again where a prefill shares the step. The all-reduces of the kernel tables were measured in a better server.`,
    '## Where KV memory begins to bind',
    'Measured: between the last number of users whose TTFT is ordinary and the first whose TTFT jumps. Simulated: the least number of users whose mean TTFT is a twentieth above that of a node with memory without end. (At a tenth qwen3-32b bf16 h100 x2 would be found at 65: 64 users come out 9.8 % later there, 63 not at all.)',
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

/** What there is to say of the bars. */
function remarks({ knees }) {
  const outside = knees.filter(({ isBetween }) => !isBetween);
  return [
    DISTANCES,
    ...outside.map(({ group, gpus, prompt, output, below, above, simulated }) => {
      const [side, users] = simulated > above ? ['many', simulated - above] : ['few', below + 1 - simulated];
      return `The knee of ${group} x${gpus}, ${prompt}/${output}, is found ${users} user${users === 1 ? '' : 's'} too ${side}.`;
    }),
  ];
}

const DISTANCES =
  'The KS distances of the RTX 4090 run are those of a replay that is told what its files leave out, with step times that are calibrated on the other half of its requests; a replay that is told nothing is farther off, and so are step times of the profile alone (below, "Recorded runs"). Many requests wait alike (22 get their first token 20.8 to 21.2 s after they came), so step times that are all half a percent off move TTFT and TPOT by more than 0.05. The card repeats itself less well: full steps of 2,048 tokens took 0.199 s in this run and 0.204 s in one of the same requests that the source recorded three days before. Step times that know nothing of this run cannot be expected to come so near.';

/** What in kv-capacity.ts was chosen on the logged counts, and what was not. */
const CHOSEN = [
  'Blocks computed against logged ones; all but the first are runs of vLLM 0.15 with 128 sequences, and with 2,048 tokens a step where nothing else is said (inference-sim/inference-sim, Apache-2.0; its runs of Llama-4-Scout are left out, as what their 8-bit checkpoint takes is not known here). These runs chose the fixed reserve (the first of them), the buffers of several devices (the six on two and four H100), how many vectors a token has alive while it is sampled, and that the feed-forward part of a step is divided by the devices. They did not choose what sampling takes: ten copies of the logits in versions that sort them, three in later ones, as measured in a pull request of vLLM (32558). Left to choose, they would rather take twelve than ten.',
  'KV memory in GiB that was logged on one H100 by vLLM of late 2025 and that nothing was chosen by (llm-d/llm-d-benchmark). It names neither the version nor the seats: the defaults are taken, 1,024 sequences and 8,192 tokens. The peaks it tells (4.76 GiB for Llama-3.1-8B, 5.56 for Qwen3-0.6B) are nine and a half copies of the logits. In percent of the memory that vLLM may use.',
];

/** What the replays of the RTX 4090 run know beforehand, and what they say of the scheduler and of step times. */
function told({ tokens, together, apartFrom, clocksApart, lastSecond }) {
  const { stepMs, recorded } = FITS.find(({ hardware }) => hardware === 'rtx-4090');
  return [
    'The replay of the RTX 4090 run is told two things that its files do not say: eight prompts go on where an earlier one ended, as turns of a conversation do, and hit the prefix cache; and the engine, just started, stood still until 0.39 s, when its first launch had returned. The two requests that came before are not compared. A log of the source says the first, and where it leaves a choice between a few prompts, the one was taken with which the order of tokens comes out (accuracy/openings.mjs). The row "not told" knows neither; there the first 3,392 prompt tokens take 0.69 s and the next 2,005 0.20 s, read from the record, and four requests are not compared.',
    `The step times of this card are **calibrated on this run**. Kernels are as LLMServingSim profiled them on the card, one by one and with contexts of one length. Three figures come from the run, from the times between the first and last tokens of the fitted half of its requests (told apart by a hash of their ids): what a step takes beside that depends on nothing, ${recorded.stepMs} ms (the profiled kernels: ${stepMs.toFixed(2)}); ${shortest(1000 * recorded.spreadTokenMs)} us for each token by which the longest context of the decodes exceeds their mean; and by how much slower contexts are read beside a prefill, ${recorded.mixedDecodeFactor} times (the profile: 1.85, within a sixth). The halves share their steps, so the tested one shows that three figures do not learn 149 requests by heart, not how another run would come out; and the form of the second was found on the step lengths of both. The row "profile alone" is without all three.`,
    `While requests wait, who is let in and who is preempted does not depend on time, so the scheduler can be compared step by step: ${together} of the ${tokens} first and last tokens come in one step with exactly those they came with in the record, and all of them until second ${Math.floor(apartFrom)} of ${Math.floor(lastSecond)}, through some 190 preemptions. The source's series of running requests and KV in use, which nothing was chosen by, agrees to the block until second 103 (looked at once, not by this script). Until second ${Math.floor(apartFrom)} the clocks of replay and record move apart by no more than ${shortest(clocksApart)} s. 0.12 s of it come at second 122, where two requests, preempted 20 seconds before, end a few steps earlier and later than in the replay; why is not known. A step whose prompts take the engine more than a step's time to launch (40 ms, large prompts after a step that only decodes) delays the tokens of the step before by 15 ms; that is not simulated.`,
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
const signed = (value) => `${value < -0.05 ? '-' : '+'}${Math.abs(value).toFixed(1)}`;
const percent = (value) => `${signed(value)} %`;
