/** How the nodes of a pool come, go and fail. Durations are whole microseconds. */
export interface Operations {
  /** Nodes loaded at t = 0; the rest of `nodes` begins its cold start then. null: all. */
  readonly initialNodes: number | null;
  /** From the decision for a node to its first request. */
  readonly coldStart: ColdStart;
  /** A node that was started is paid for at least this long. */
  readonly minimumBilledUs: number;
  readonly warmPool: WarmPool | null;
  /** Pools of one zone share its outages. */
  readonly zone: string | null;
  /** The gateway asks each node this often whether it works; 0: it knows at once. */
  readonly healthCheckUs: number;
  /** So many nodes, the first ones, are broken; events change it. */
  readonly downNodes: number;
  /** So many nodes, the first ones, are slow; events change it. */
  readonly slow: { readonly nodes: number; readonly factor: number };
  readonly outages: readonly Outage[];
  readonly autoscale: Autoscale | null;
  /** Nodes beyond the pool's own are another's, taken over and given back; absent: they are started and given up. */
  readonly takesFrom?: Takeover;
  /** Absent: what a node has when it drains finishes there. move: what has shown no token yet goes to other nodes. */
  readonly draining?: 'move';
}

/** How nodes of one pool become nodes of another. A pool that others take from takes from none. */
export interface Takeover {
  readonly pool: string;
  /** So many of its nodes make one. */
  readonly nodesForOne: number;
  /** So many it keeps. */
  readonly keep: number;
  /** From the end of the one configuration's work to the first request of the other: there, and back. */
  readonly switchUs: number;
  readonly backUs: number;
}

/** As many nodes as keep a signal at its target. */
export interface Autoscale {
  /**
   * Means over the nodes that take work. running: requests at a node, waiting and running. queue: those waiting.
   * kv: share of KV in use. ttft: predicted microseconds to the first token of the least urgent tier.
   */
  readonly signal: 'running' | 'queue' | 'kv' | 'ttft';
  readonly target: number;
  readonly min: number;
  readonly max: number;
  /** Between two looks at the signal. */
  readonly intervalUs: number;
  /** Memory of the exponential average; 0: the last reading counts. */
  readonly averageUs: number;
  /** Age of a reading when it is seen. */
  readonly lagUs: number;
  /** Nodes are given up when so long none of them was needed. */
  readonly cooldownUs: number;
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

export interface Outage {
  /** random: mean time between two outages of one domain. */
  readonly when:
    | { readonly kind: 'random'; readonly everyUs: number }
    | { readonly kind: 'planned'; readonly atUs: number };
  /** Until it works again, restart included: the mean of a random one, the length of a planned one. */
  readonly forUs: number;
  /** What fails together: so many neighbours, the whole pool, or every pool of the zone. */
  readonly domain: { readonly kind: 'nodes'; readonly nodes: number } | { readonly kind: 'pool' | 'zone' };
  /** null: nodes break. Otherwise their steps take this many times as long. */
  readonly slowdown: number | null;
  /** Known this long before: the nodes get nothing new from then on. */
  readonly noticeUs: number;
}

/** Nodes that are simply there: started in no time, never broken, as many as the scenario says. */
export const STEADY: Operations = {
  initialNodes: null,
  coldStart: { provisionUs: 0, pullUs: 0, loadUs: 0, compileUs: 0 },
  minimumBilledUs: 0,
  warmPool: null,
  zone: null,
  healthCheckUs: 10_000_000,
  downNodes: 0,
  slow: { nodes: 0, factor: 1 },
  outages: [],
  autoscale: null,
};

export function coldStartUs({ provisionUs, pullUs, loadUs, compileUs }: ColdStart): number {
  return provisionUs + pullUs + loadUs + compileUs;
}
