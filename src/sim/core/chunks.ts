/** Values in one chunk. */
export const CHUNK = 16_384;

/**
 * Chunks of samples that were folded into histograms, for samples still to come: the collector is in no hurry to free
 * memory outside its own heap, so a run of any length would hold what all its samples once took.
 */
export class Chunks {
  private readonly spare: Uint32Array[] = [];

  /** What is in it is of no meaning. */
  take(): Uint32Array {
    return this.spare.pop() ?? new Uint32Array(CHUNK);
  }

  give(chunk: Uint32Array): void {
    this.spare.push(chunk);
  }
}
