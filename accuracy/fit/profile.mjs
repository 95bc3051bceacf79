import { tableAt } from '../../dist/models/step-time.js';
import { readRows } from '../csv.mjs';
import { fitParameters } from './least-squares.mjs';

const LAYERS = 32;
/** Contexts together that 24 GB hold, and somewhat more. */
const MOST_KV_TOKENS = 65_536;
/** Wide: what the profile says shall decide. */
const PRIORS = {
  stepMs: { mean: 2, deviation: 10 },
  sequenceUs: { mean: 10, deviation: 100 },
  kvTokenNs: { mean: 140, deviation: 100 },
};
/** An error of so much of a step counts as one. */
const SPREAD = 0.02;

/**
 * The RTX 4090 as LLMServingSim profiled it, kernel by kernel. What depends on the tokens of a step is taken as it is, by
 * straight lines between figures, as products come in waves of 256 tokens that no line follows. Decode attention, sampling and
 * head are a line through what fits the card, the attention of chunks a slope.
 */
export function profiledFit() {
  const rows = readRows('RTX4090.profile.csv').map((row) => ({ ...row, us: Number(row.us) }));
  const part = (name) => rows.filter((row) => row.part === name);
  const once = new Map(part('once').map(({ tokens, us }) => [tokens, us]));
  const tokensMs = part('layer').map(({ tokens, us }) => [Number(tokens), ms(LAYERS * us + once.get(tokens))]);
  const decodes = part('decode')
    .map(({ sequences, context, us }) => ({ sequences, context: Number(context), us }))
    .filter(({ sequences, context }) => Number(sequences) * context <= MOST_KV_TOKENS)
    .map(({ sequences, context, us }) => {
      const head = part('head').find((row) => row.sequences === sequences);
      const D = Number(sequences);
      return { D, KV: D * context, tokensMs: tableAt(tokensMs, D), restMs: (LAYERS * us + head.us) / 1000 };
    });
  const errors = ({ stepMs, sequenceUs, kvTokenNs }) =>
    decodes.map(({ D, KV, tokensMs, restMs }) => {
      const lineMs = stepMs + (sequenceUs / 1e3) * D + (kvTokenNs / 1e6) * KV;
      return (lineMs - restMs) / (tokensMs + restMs);
    });
  const at = fitParameters(PRIORS, (line) => errors(line).map((error) => error / SPREAD));
  const mape = errors(at).reduce((sum, error) => sum + Math.abs(error), 0) / decodes.length;
  return {
    hardware: 'rtx-4090',
    model: 'llama-3.1-8b',
    precision: 'bf16',
    gpusPerNode: 1,
    form: 'table',
    stepMs: digits(at.stepMs),
    prefillTokenMs: 0,
    sequenceMs: digits(at.sequenceUs / 1e3),
    kvTokenMs: digits(at.kvTokenNs / 1e6),
    chunkMs: digits(chunkMs(part('chunk'))),
    extraMs: 0,
    knee: 0,
    mapePct: Number((100 * mape).toFixed(2)),
    tokensMs: [...tokensMs, goesOn(tokensMs)],
  };
}

/** Of a chunk's token for each token before it. */
function chunkMs(rows) {
  const [first, last] = [rows[0], rows.at(-1)];
  return (
    ((LAYERS / 1000) * (last.us - first.us)) / (Number(last.tokens) * (Number(last.behind) - Number(first.behind)))
  );
}

/** Beyond the profile whole waves go on as from half of it to its end; the last ones alone would not tell. */
function goesOn(tokensMs) {
  const [last, lastMs] = tokensMs.at(-1);
  const halfMs = tokensMs.find(([tokens]) => tokens === last / 2)[1];
  return [2 * last, Number((lastMs + 2 * (lastMs - halfMs)).toFixed(3))];
}

const ms = (us) => Number((us / 1000).toFixed(3));
const digits = (value) => Number(value.toPrecision(5));
