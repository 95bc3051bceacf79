import { loadScenario, parseTrace, simulate, traceKey } from '../dist/index.js';

/** Scenario text to Scenario, by the loader that users meet. */
export function load(text, name) {
  const { scenario, problems } = loadScenario(text, { file: name });
  if (scenario === null) throw new Error(`${name}: ${problems.map(({ message }) => message).join('; ')}`);
  return scenario;
}

/**
 * Times of every answered request in milliseconds, in the order in which they were sent; `trace`: text of the one it plays;
 * `blocks`: what its prompts share, where the text does not say.
 */
export function replay(scenario, trace = null, blocks = null) {
  const requests = [];
  simulate(scenario, {
    version: 'accuracy',
    hash: '',
    traces: trace === null ? new Map() : readTrace(scenario.traffic[0].arrivals, trace, blocks),
    onRecord: (record) => {
      if (record.outcome !== 'completed') return;
      const { request, sentUs, firstTokenUs, lastTokenUs, outputTokens } = record;
      requests.push({
        request,
        firstUs: firstTokenUs,
        lastUs: lastTokenUs,
        ttftMs: (firstTokenUs - sentUs) / 1000,
        tpotMs: outputTokens > 1 ? (lastTokenUs - firstTokenUs) / 1000 / (outputTokens - 1) : null,
        e2eMs: (lastTokenUs - sentUs) / 1000,
      });
    },
  });
  return requests.sort((a, b) => a.request - b.request);
}

function readTrace(arrivals, text, blocks) {
  const { table, problems } = parseTrace(text, arrivals);
  if (table === null) throw new Error(`${arrivals.file}: ${problems.map(({ message }) => message).join('; ')}`);
  return new Map([[traceKey(arrivals), blocks === null ? table : { ...table, blocks }]]);
}
