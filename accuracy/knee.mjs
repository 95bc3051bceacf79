import { scenarioText } from './points.mjs';
import { load, replay } from './replay.mjs';
import { mean } from './statistics.mjs';

/** A first token that comes so much later than the number of users explains has waited for memory. */
const STEEPER = 2;
/**
 * Simulated, where the same node with memory without end can be asked, a twentieth later is enough. It was a
 * tenth until 64 users of qwen3-32b on two H100 came out 9.8 % later, and 63 not at all.
 */
const LATER = 1.05;
const ENDLESS_KV = 10_000_000;

/**
 * Where KV memory begins to bind. In a measured series (one configuration, lengths, growing numbers of users) it lies before
 * the point whose TTFT grew more than twice as fast as the users. Simulated, it is the least number of users whose mean TTFT
 * is a twentieth above that of the same node with memory without end.
 */
export function knees(points) {
  const series = new Map();
  for (const point of points) {
    const key = [point.group, point.gpus, point.prompt, point.output].join(' ');
    series.set(key, [...(series.get(key) ?? []), point]);
  }
  const found = [];
  for (const members of series.values()) {
    const rising = members.sort((a, b) => a.users - b.users);
    const index = rising.findIndex(
      (point, at) => at > 0 && point.ttftMs / rising[at - 1].ttftMs > (STEEPER * point.users) / rising[at - 1].users,
    );
    if (index > 0) found.push(toKnee(rising[index - 1], rising[index]));
  }
  return found;
}

function toKnee(below, above) {
  const { group, gpus, prompt, output } = above;
  const simulated = simulatedKnee(above);
  const isBetween = simulated > below.users && simulated <= above.users;
  return { group, gpus, prompt, output, below: below.users, above: above.users, simulated, isBetween };
}

/** By bisection. */
function simulatedKnee(point) {
  let [free, bound] = [1, 4 * point.users];
  while (bound - free > 1) {
    const users = Math.floor((free + bound) / 2);
    const limited = ttftMs(point, users, {});
    const endless = ttftMs(point, users, { kvBlocks: ENDLESS_KV });
    if (limited > LATER * endless) bound = users;
    else free = users;
  }
  return bound;
}

function ttftMs(point, users, engine) {
  const requests = replay(load(scenarioText(point, { users, engine }), point.key));
  return mean(requests.map((request) => request.ttftMs));
}
