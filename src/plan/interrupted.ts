/** Thrown by an executor that was told to stop; what had ended by then may have been kept. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}
