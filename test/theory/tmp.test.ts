import { it } from 'vitest';
import { simulate } from '../../src/sim/simulate.js';
import { exponential, fixed, FLAT_STEP, pool, scenario, slots, traffic } from '../helpers/scenario.js';
it('mm1', () => {
  const s = scenario({ durationUs: 1e6*1e6, warmupUs: 1e9, pools: [pool({ engine: slots(1), stepTime: { ...FLAT_STEP, basePs: 0, prefillTokenPs: 1e9 } })],
    traffic: [traffic({ arrivals: { kind: 'poisson', perSecond: 0.5 }, input: exponential(1000), output: fixed(1) })] });
  for (let i=0;i<3;i++){ const t = performance.now();
  const r = simulate(s, { version: '0', hash: '' });
  console.log(r.run.requests, r.run.events, performance.now() - t, r.tiers.standard.queueMs.mean, r.tiers.standard.e2eMs.mean, r.pools.main.meanRunning, r.pools.main.meanWaiting); }
});
it('batch', () => {
  const s = scenario({ durationUs: 1e5*1e6, warmupUs: 1e9, pools: [pool({ engine: slots(256), stepTime: { ...FLAT_STEP, basePs: 20e9, sequencePs: 1e9, prefillTokenPs: 1e9 } })],
    traffic: [traffic({ arrivals: { kind: 'poisson', perSecond: 2 }, input: fixed(1), output: exponential(100) })] });
  for (let i=0;i<2;i++){ const t = performance.now();
  const r = simulate(s, { version: '0', hash: '' });
  console.log(r.run.requests, r.run.steps, performance.now() - t, r.tiers.standard.queueMs.mean, r.tiers.standard.e2eMs.mean, r.pools.main.meanRunning, r.pools.main.meanWaiting); }
});
