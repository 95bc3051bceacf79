import { LARGE } from '../core/expect-large.js';

/**
 * How fast a pool takes prompts out of its queues, measured as a gateway could: prompt tokens scheduled per
 * microsecond and node, counted only while a node has a queue, with an exponential memory. Idle time says
 * nothing about speed and does not count; before the first queue the pool's design rate stands in.
 */
export class PrefillRate {
  private tokensPerNodeUs: number;
  private lastUs = LARGE;
  private backloggedNodes = 0;

  constructor(
    designTokensPerNodeUs: number,
    private readonly memoryNodeUs: number,
  ) {
    this.tokensPerNodeUs = designTokensPerNodeUs;
    this.lastUs = 0;
  }

  setBacklogged(nowUs: number, nodes: number): void {
    this.decay(nowUs);
    this.lastUs = nowUs;
    this.backloggedNodes = nodes;
  }

  scheduled(nowUs: number, promptTokens: number): void {
    this.decay(nowUs);
    this.tokensPerNodeUs += promptTokens / this.memoryNodeUs;
  }

  /** Microseconds until `queuedTokens`, spread over `nodes`, are scheduled. */
  predictUs(nowUs: number, queuedTokens: number, nodes: number): number {
    if (queuedTokens === 0) return 0;
    this.decay(nowUs);
    return queuedTokens / (this.tokensPerNodeUs * nodes);
  }

  private decay(nowUs: number): void {
    if (this.backloggedNodes === 0 || nowUs === this.lastUs) return;
    const nodeUs = (nowUs - this.lastUs) * this.backloggedNodes;
    this.lastUs = nowUs;
    this.tokensPerNodeUs *= Math.exp(-nodeUs / this.memoryNodeUs);
  }
}
