/** How the nodes of a pool come and go. Durations are whole microseconds. */
export interface Operations {
  /** Nodes loaded at t = 0; the rest of `nodes` begins its cold start then. null: all. */
  readonly initialNodes: number | null;
  /** From the decision for a node to its first request. */
  readonly coldStart: ColdStart;
  /** A node that was started is paid for at least this long. */
  readonly minimumBilledUs: number;
  readonly warmPool: WarmPool | null;
}

/** The phases of a start, one after the other. */
export interface ColdStart {
  readonly provisionUs: number;
  readonly pullUs: number;
  readonly loadUs: number;
  readonly compileUs: number;
}

/** Nodes beyond the wanted ones that are kept loaded without taking work. */
export interface WarmPool {
  readonly nodes: number;
  /** From the decision for a warm node to its first request. */
  readonly startUs: number;
  /** Pico-units per node and hour while it is warm; null: the full price. */
  readonly costPicoPerHour: number | null;
}

/** Nodes that are simply there: started in no time, never broken, as many as the scenario says. */
export const STEADY: Operations = {
  initialNodes: null,
  coldStart: { provisionUs: 0, pullUs: 0, loadUs: 0, compileUs: 0 },
  minimumBilledUs: 0,
  warmPool: null,
};

export function coldStartUs({ provisionUs, pullUs, loadUs, compileUs }: ColdStart): number {
  return provisionUs + pullUs + loadUs + compileUs;
}
