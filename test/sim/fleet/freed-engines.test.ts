import { describe, expect, it } from 'vitest';
import { FreedEngines } from '../../../src/sim/fleet/freed-engines.js';

describe('FreedEngines', () => {
  it('names each once, and only since the last time', () => {
    const freed = new FreedEngines(4);
    for (const engine of [2, 0, 2]) freed.note(engine);
    expect([...freed.take()]).toEqual([2, 0]);
    expect(freed.take()).toEqual([]);
    freed.note(2);
    expect(freed.take()).toEqual([2]);
  });

  it('keeps what is noted while the last answer is being read', () => {
    const freed = new FreedEngines(2);
    freed.note(0);
    const first = freed.take();
    freed.note(0);
    freed.note(1);
    expect(first).toEqual([0]);
    expect(freed.take()).toEqual([0, 1]);
  });
});
