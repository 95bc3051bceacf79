import { knees } from './knee.mjs';
import { blockCounts, unseenMemory } from './memory.mjs';
import { readPoints, scenarioText } from './points.mjs';
import { load, replay } from './replay.mjs';
import { replayRuns, sensitivity } from './runs.mjs';
import { schedule } from './schedule.mjs';
import { errors, mean } from './statistics.mjs';

/** Everything that is measured: single points, groups of them, the recorded runs, their schedule, the knees of memory. */
export function measure() {
  const all = readPoints();
  const points = all.filter(({ excluded }) => excluded === null).map(simulated);
  const dense = points.filter(({ model }) => model.moe === null);
  const groups = [...new Set(points.map(({ group }) => group))].map((name) => {
    const members = points.filter(({ group }) => group === name);
    return { name, source: sources(members), ...halves(members) };
  });
  const totals = {
    dense: halves(dense),
    experts: halves(points.filter(({ model }) => model.moe !== null)),
    all: halves(points),
  };
  return {
    excluded: all.filter(({ excluded }) => excluded !== null),
    groups,
    totals,
    runs: replayRuns(),
    sensitivity: sensitivity(),
    schedule: schedule(),
    knees: knees(dense),
    blocks: blockCounts(),
    unseen: unseenMemory(),
  };
}

function simulated(point) {
  const scenario = load(scenarioText(point), point.key);
  const requests = replay(scenario);
  return {
    ...point,
    source: scenario.pools[0].stepTimeSource.split(':')[0],
    simulatedTtftMs: mean(requests.map(({ ttftMs }) => ttftMs)),
    simulatedTpotMs: mean(requests.flatMap(({ tpotMs }) => (tpotMs === null ? [] : [tpotMs]))),
  };
}

const sources = (points) => [...new Set(points.map(({ source }) => source))].sort().join(', ');

const halves = (points) => ({
  fitted: half(points.filter((point) => point.half === 'fitted')),
  tested: half(points.filter((point) => point.half === 'tested')),
});

/** null: no point fell into this half. */
function half(points) {
  if (points.length === 0) return null;
  return {
    points: points.length,
    tpot: errors(points.map(({ simulatedTpotMs, tpotMs }) => [simulatedTpotMs, tpotMs])),
    ttft: errors(points.map(({ simulatedTtftMs, ttftMs }) => [simulatedTtftMs, ttftMs])),
  };
}
