/** What a whole node draws in each of its states. Devices only; the host comes on top in all of them but off. */
export interface NodePower {
  /** On, no model loaded. */
  readonly idleWatts: number;
  /** Model loaded, no step running. */
  readonly loadedIdleWatts: number;
  /** While a step runs, whatever it does. Between loaded idle and the cap; equal to the cap: all that is known. */
  readonly activeWatts: number;
  readonly tdpWatts: number;
  readonly hostWatts: number;
  /** What the work of a step adds to activeWatts; null: nothing. */
  readonly work: WorkEnergy | BatchWatts | null;
  /** 'work', 'log2 of batch' or 'TDP', and from what. */
  readonly source: string;
}

/** Nanojoules of a step: base + table(T) + token*T + sequence*D + kvToken*KV + halfChunk*Q2, the words of step-time. */
export interface WorkEnergy {
  readonly kind: 'work';
  readonly baseNj: number;
  readonly tokenNj: number;
  readonly sequenceNj: number;
  readonly kvTokenNj: number;
  readonly halfChunkNj: number;
  /** Weights that a mixture of experts reads, by T; null: dense, they are in the base. */
  readonly table: readonly (readonly [tokens: number, nj: number])[] | null;
}

/** Watts of the node = single + perDoubling * log2(sequences in the step), between activeWatts and the cap. */
export interface BatchWatts {
  readonly kind: 'log2';
  readonly singleWatts: number;
  readonly perDoublingWatts: number;
}
