import type { Outage } from '../../models/operations.js';
import { exponential, uniformInt } from '../core/distributions.js';
import type { RandomStream } from '../core/random.js';

/**
 * When the domains of one pool fail. A domain fails at random whatever state it is in, so that neither policy nor load
 * moves an outage: one that is down already, or off, merely does not notice.
 */
export class OutageTimes {
  constructor(
    readonly spec: Outage,
    private readonly domains: number,
    private readonly stream: RandomStream,
  ) {}

  /** Infinity: never again. */
  nextUs(nowUs: number, isFirst: boolean): number {
    const { when } = this.spec;
    if (when.kind === 'planned') return isFirst ? when.atUs : Number.POSITIVE_INFINITY;
    return nowUs + whole(exponential(this.stream, when.everyUs / this.domains));
  }

  /** The domain that fails now. */
  domain(): number {
    return this.spec.when.kind === 'planned' ? 0 : uniformInt(this.stream, 0, this.domains - 1);
  }

  lengthUs(): number {
    return this.spec.when.kind === 'planned' ? this.spec.forUs : whole(exponential(this.stream, this.spec.forUs));
  }
}

function whole(us: number): number {
  return Math.max(1, Math.round(us));
}
