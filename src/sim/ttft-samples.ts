import type { Chunks } from './core/chunks.js';
import { Samples } from './core/samples.js';

/**
 * Times to first token, of attempts and of requests. They are the same for an answered first attempt, and most are that:
 * such a time is kept once.
 */
export class TtftSamples {
  private readonly firstUs: Samples;
  private readonly laterUs: Samples;
  private readonly laterRequestUs: Samples;

  constructor(
    private readonly exactSamples: number | undefined,
    private readonly chunks: Chunks,
  ) {
    this.firstUs = new Samples(exactSamples, chunks);
    this.laterUs = new Samples(exactSamples, chunks);
    this.laterRequestUs = new Samples(exactSamples, chunks);
  }

  /** Of a request that its first attempt answers. */
  addFirst(us: number): void {
    this.firstUs.add(us);
  }

  /** Of a later attempt. */
  addLater(us: number): void {
    this.laterUs.add(us);
  }

  /** Of a request that a later attempt answers. */
  addRequest(us: number): void {
    this.laterRequestUs.add(us);
  }

  get ofAttempts(): Samples {
    return this.withFirst(this.laterUs);
  }

  get ofRequests(): Samples {
    return this.withFirst(this.laterRequestUs);
  }

  merge(other: TtftSamples): void {
    this.firstUs.merge(other.firstUs);
    this.laterUs.merge(other.laterUs);
    this.laterRequestUs.merge(other.laterRequestUs);
  }

  private withFirst(later: Samples): Samples {
    if (later.n === 0) return this.firstUs;
    const all = new Samples(this.exactSamples, this.chunks);
    all.merge(this.firstUs);
    all.merge(later);
    return all;
  }
}
