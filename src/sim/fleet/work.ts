import { Attempt } from '../attempt.js';
import { expectLarge } from '../core/expect-large.js';
import { Sequence, type SequenceOptions } from '../engine/sequence.js';

/** A sequence that knows whose it is. An attempt keeps its own and uses it again. */
export class Work extends Sequence {
  constructor(
    readonly attempt: Attempt,
    options: SequenceOptions,
  ) {
    super(options);
  }
}

expectLarge(new Work(new Attempt(0), { id: 0, promptTokens: 1, outputTokens: 1 }), 'lastTokenUs');
