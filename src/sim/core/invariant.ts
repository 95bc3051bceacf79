/** Thrown when the simulator itself is wrong; never for a user's mistake or a refusal that belongs to the model. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
  /** Simulated time, null where none is known. */
  readonly atUs: number | null;

  constructor(message: string, atUs: number | null) {
    super(atUs === null ? message : `${message} (at ${atUs} us of simulated time)`);
    this.atUs = atUs;
  }
}

/**
 * Says what must always hold, stated positively: `invariant(freeBlocks >= 0, 'free blocks are never negative', nowUs)`.
 * The message is a constant string, so that a condition that holds costs one comparison; `found` is the offending value.
 */
export function invariant(condition: boolean, message: string, atUs?: number, found?: number): asserts condition {
  if (!condition) violated(message, atUs, found);
}

/** For the hottest places, which test the condition themselves: that saves a call, or the room of an inlined one. */
export function violated(message: string, atUs?: number, found?: number): never {
  throw new InvariantError(found === undefined ? message : `${message}; found ${found}`, atUs ?? null);
}
