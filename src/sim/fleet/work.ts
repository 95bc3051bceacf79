import { Attempt } from '../attempt.js';
import { expectLarge } from '../core/expect-large.js';
import { Sequence, type SequenceOptions } from '../engine/sequence.js';

/** A sequence that belongs to an attempt, which keeps it and uses it again. */
export class Work extends Sequence {
  declare readonly owner: Attempt;

  constructor(attempt: Attempt, options: SequenceOptions) {
    super(options, attempt);
  }

  get attempt(): Attempt {
    return this.owner;
  }
}

expectLarge(new Work(new Attempt(0), { id: 0, promptTokens: 1, outputTokens: 1 }), 'lastTokenUs');
