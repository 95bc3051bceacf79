import { describe, expect, it } from 'vitest';
import { type Content, Sequence, type SequenceOptions } from '../../../src/sim/engine/sequence.js';
import { type AnyScheduler, ENGINES, sequence, step } from './fixtures.js';

const CONTENT: Content = { prompt: [['system', 0, 6]], output: 'out' };

function drain(target: AnyScheduler, sequences: readonly Sequence[]): void {
  for (const one of sequences) target.enqueue(one);
  while (sequences.some((one) => one.isLive)) step(target);
}

describe.each(ENGINES)('$name engine: a sequence object that is used again', ({ scheduler }) => {
  const options: SequenceOptions = { id: 5, promptTokens: 9, outputTokens: 7, priority: 2, arrival: 3, group: 1 };

  it('is a new one, whatever happened to the request before', () => {
    const target = scheduler({ blockSize: 4, kvBlocks: 8, prefixCaching: true });
    const before = [
      sequence({ promptTokens: 10, outputTokens: 12 }),
      new Sequence({ id: 5, promptTokens: 10, outputTokens: 12, content: CONTENT }),
    ];
    drain(target, before);
    const [, used] = before;
    expect(used.preemptions).toBeGreaterThan(0);
    used.begin(options);
    // Set anew whenever they matter: the place among others, the time of a token.
    const fresh = new Sequence(options);
    const { admission, finishStep, lastTokenUs } = used;
    expect(used).toEqual(Object.assign(fresh, { admission, finishStep, lastTokenUs }));
  });

  it('takes the same course', () => {
    const course = (one: Sequence): unknown[] => {
      const target = scheduler({ blockSize: 4, kvBlocks: 8, prefixCaching: true });
      target.enqueue(sequence({ promptTokens: 12, outputTokens: 9 }));
      target.enqueue(one);
      const free: unknown[] = [];
      while (one.isLive) free.push(step(target).length, target.kv.freeBlocks);
      return [...free, one.generated, one.preemptions, one.cachedTokens];
    };
    const used = new Sequence({ id: 5, promptTokens: 11, outputTokens: 6, content: CONTENT });
    drain(scheduler({ blockSize: 4 }), [used]);
    used.begin(options);
    expect(course(used)).toEqual(course(new Sequence(options)));
  });
});
