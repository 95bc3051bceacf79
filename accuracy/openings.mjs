import { readRows } from './csv.mjs';

const BLOCK = 16;

/**
 * What the RTX 4090 run's own files do not say of its prompts: eight of them open with an earlier one, as the next turn of a
 * conversation does, and hit the prefix cache. A simulator of the source logs its hits by the second, 4,848 tokens in
 * eight prompts (LLMServingSim at 5daddb2, bench/examples/RTX4090/Llama-3.1-8B/outputs/sim.log). Length of the hit and second
 * leave a few candidates each; of them the one is taken with which the order of the recorded tokens comes out. The tokens of
 * the workload were looked up for 40 and 47, and for 153 and 173: they agree.
 */
export function openings(rows) {
  const shared = new Map(readRows('RTX4090.openings.csv').map((row) => [Number(row.request), row]));
  const prompts = [];
  let next = 0;
  for (const [request, row] of rows.entries()) {
    const opening = shared.get(request);
    const quoted = opening === undefined ? [] : prompts[opening.of].slice(0, opening.tokens / BLOCK);
    const own = Math.ceil(Number(row.input_tokens) / BLOCK) - quoted.length;
    prompts.push([...quoted, ...Array.from({ length: own }, () => next++)]);
  }
  const from = [0];
  for (const blocks of prompts) from.push(from.at(-1) + blocks.length);
  return { tokensPerBlock: BLOCK, ids: Int32Array.from(prompts.flat()), from: Int32Array.from(from) };
}

/**
 * How long the engine, just started, stood still: its first step was planned for the first request alone, and the second,
 * though it came soon after, was taken up only when the launch of that step had returned. From there on steps last
 * as long as later ones.
 */
export const pauseOf = (rows) => Number(rows[1].queued_s);

/** The trace as the engine saw it: nothing before `pause`. */
export function heldTrace(text, pause) {
  const [head, ...lines] = text.trim().split(/\r?\n/);
  const column = head.split(',').indexOf('arrival_s');
  const held = lines.map((line) => {
    const cells = line.split(',');
    if (Number(cells[column]) < pause) cells[column] = String(pause);
    return cells.join(',');
  });
  return `${[head, ...held].join('\n')}\n`;
}
