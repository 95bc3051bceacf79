// The product's worker, with the time that each run took beside its result.
import work from '../dist/bundle/worker.js';

export default function timed(task) {
  const startMs = performance.now();
  const answer = work(task);
  return { ...answer, result: { ...answer.result, elapsedMs: performance.now() - startMs } };
}
