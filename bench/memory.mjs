// Peak memory of a run of the limit case, in megabytes: node bench/memory.mjs REQUESTS [EXACT_SAMPLES]
import { Run } from '../dist/index.js';
import { CASES } from './cases.mjs';

const [requests, exactSamples] = process.argv.slice(2).map(Number);
const run = new Run(CASES.limit.make({ requests }), {
  version: 'bench',
  hash: '',
  ...(exactSamples === undefined ? {} : { exactSamples }),
});
run.advance(Number.POSITIVE_INFINITY);
const summary = run.summary();
const rssMB = Math.round(process.resourceUsage().maxRSS / 1000);
console.log(
  JSON.stringify({ requests: summary.run.requests, relativeError: summary.total.ttftMs.relativeError, rssMB }),
);
