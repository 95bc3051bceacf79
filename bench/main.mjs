// npm run -s bench -- --case limit [--requests N] [--nodes N] [--load X] [--json]
import { parseArgs } from 'node:util';
import { Run } from '../dist/sim/simulate.js';
import { CASES } from './cases.mjs';

const { values } = parseArgs({
  options: {
    case: { type: 'string', default: 'limit' },
    requests: { type: 'string', default: '1000000' },
    nodes: { type: 'string', default: '8' },
    load: { type: 'string', default: '0.8' },
    json: { type: 'boolean', default: false },
  },
});
const benchCase = CASES[values.case];
if (benchCase === undefined) {
  console.error(`no case "${values.case}"; there is: ${Object.keys(CASES).join(', ')}`);
  process.exit(2);
}
const run = new Run(
  benchCase.make({ requests: Number(values.requests), nodes: Number(values.nodes), load: Number(values.load) }),
  {
    version: 'bench',
    hash: '',
  },
);
const startMs = performance.now();
const startCpu = process.cpuUsage();
run.advance(Number.POSITIVE_INFINITY);
const advanceSeconds = (performance.now() - startMs) / 1000;
const summary = run.summary();
const wallSeconds = (performance.now() - startMs) / 1000;
const cpu = process.cpuUsage(startCpu);
const result = {
  case: values.case,
  requests: summary.run.requests,
  reqPerSec: Math.round(summary.run.requests / wallSeconds),
  events: run.eventCount,
  steps: summary.run.steps,
  meanTtftMs: Number(summary.total.ttftMs.mean.toFixed(2)),
  rssMB: Math.round(process.resourceUsage().maxRSS / 1000),
  fingerprint: summary.run.fingerprint,
  wallSeconds: Number(wallSeconds.toFixed(2)),
  summarySeconds: Number((wallSeconds - advanceSeconds).toFixed(2)),
  cpuSeconds: Number(((cpu.user + cpu.system) / 1e6).toFixed(2)),
};
console.log(values.json ? JSON.stringify(result) : result);
