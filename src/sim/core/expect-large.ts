/** More than V8 keeps as a small whole number. */
export const LARGE = 1_099_511_627_776;

type NumberField<T> = { [Key in keyof T]: T[Key] extends number ? Key : never }[keyof T];

/**
 * Tells V8 which fields of a class come to hold large numbers. It lays objects out by what it has seen in them, and where a
 * field outgrows 31 bits in the middle of a run, it throws away all code that touches such objects, works slowly until that is
 * made again, and from then on looks at the layout of each such object before it reads it. An example with large numbers in
 * these fields, made before the others, spares a run that. Objects of which there are few begin with LARGE in such a field
 * and have it set to what it should be at the end of the constructor.
 */
export function expectLarge<T extends object>(example: T, ...fields: readonly NumberField<T>[]): void {
  for (const field of fields) example[field] = LARGE as T[NumberField<T>];
}
