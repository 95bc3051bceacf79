import { stepTime } from '../../dist/models/node-step-time.js';
import { readPoints, scenarioText } from '../points.mjs';
import { load, replay } from '../replay.mjs';
import { mean } from '../statistics.mjs';
import { fitParameters } from './least-squares.mjs';

/** An error of so much counts as one: a published point repeats within some percent, its first tokens far less well. */
const TPOT_SPREAD = 0.04;
const TTFT_SPREAD = 0.15;

/** What is believed before anything served is looked at, and how firmly. Sources in served.ts and roofline.ts. */
const STEP_PRIORS = {
  stepUs: { mean: 0, deviation: 300 },
  sequenceUs: { mean: 0, deviation: 10 },
  // Medians of roofline fits to served traffic: 1.66 ms and 40.9 us a sequence, of which some 10 are the device's.
  hostStepUs: { mean: 1660, deviation: 500 },
  hostSequenceUs: { mean: 30, deviation: 10 },
  eightBitKv: { mean: 1, deviation: 0.2 },
  nvlinkEfficiency: { mean: 0.7, deviation: 0.2 },
};
const FACTOR = { mean: 1, deviation: 0.15 };

/**
 * What serving costs, from the fitted half of the points: dense models first, which settle everything that is not of one
 * kind of device; then mixtures of experts with two factors for each model on each device.
 */
export function servedFit() {
  const points = readPoints()
    .filter(({ excluded, half }) => excluded === null && half === 'fitted')
    .map((point) => ({ ...point, scenario: load(scenarioText(point), point.key) }));
  const dense = points.filter(({ model }) => model.moe === null);
  const experts = points.filter(({ model }) => model.moe !== null);

  const denseGroups = [...new Set(dense.map(({ hardware, precision }) => `${hardware.id} ${precision}`))];
  const first = fitParameters(
    { ...STEP_PRIORS, ...Object.fromEntries(denseGroups.map((name) => [name, FACTOR])) },
    (at) => residuals(dense, toFit(at, denseRows(denseGroups, at))),
  );
  const rows = denseRows(denseGroups, first);
  for (const group of new Set(
    experts.map(({ hardware, precision, model }) => `${hardware.id} ${model.id} ${precision}`),
  )) {
    const members = experts.filter(
      ({ hardware, precision, model }) => `${hardware.id} ${model.id} ${precision}` === group,
    );
    const row = (at) => [...group.split(' '), at.products, at.reads];
    const priors = { products: { mean: 1, deviation: 0.5 }, reads: { mean: 1, deviation: 0.3 } };
    rows.push(row(fitParameters(priors, (at) => residuals(members, toFit(first, [row(at)])))));
  }
  return toFit(first, rows);
}

const denseRows = (groups, at) => groups.map((name) => [name.split(' ')[0], null, name.split(' ')[1], at[name], 1]);

function toFit(at, factors) {
  return { ...Object.fromEntries(Object.keys(STEP_PRIORS).map((name) => [name, at[name]])), factors };
}

function residuals(points, served) {
  return points.flatMap((point) => {
    const requests = replay(withServed(point, served));
    const tpot = mean(requests.flatMap(({ tpotMs }) => (tpotMs === null ? [] : [tpotMs])));
    const ttft = mean(requests.map(({ ttftMs }) => ttftMs));
    return [Math.log(tpot / point.tpotMs) / TPOT_SPREAD, Math.log(ttft / point.ttftMs) / TTFT_SPREAD];
  });
}

/** The point's scenario with the step time that these figures give. */
function withServed({ scenario, model, hardware, gpus }, served) {
  const [pool] = scenario.pools;
  const request = { modelId: model.id, llm: model, hardware, gpusPerNode: gpus, precision: pool.precision, engine: {} };
  const step = stepTime(request, pool.precision, pool.engine, served);
  if ('code' in step) throw new Error(step.message);
  return { ...scenario, pools: [{ ...pool, stepTime: step.coefficients }] };
}
