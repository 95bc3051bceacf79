/** Everything that can happen, and in which order at one microsecond. */
export const EventKind = {
  /** The run stops. */
  end: 0,
  /** The warm-up is over. */
  warmupEnd: 1,
  /** A line of the scenario's timeline; subject: its index. */
  timeline: 2,
  /** An abort reaches the node of an attempt whose client left; subject: attempt. */
  abort: 3,
  /** A client gives up: patience to the first token, timeout to the last; subject: attempt. */
  patience: 4,
  timeout: 5,
  /** A held attempt has waited too long; subject: attempt. */
  holdExpiry: 6,
  /** A new request of a class; subject: class. */
  arrival: 7,
  /** A closed-loop user of a class has thought enough; subject: class. */
  think: 8,
  /** A retry is sent; subject: attempt. */
  retry: 9,
  /** A look at every node's memory. */
  sample: 10,
  /** A bucket of the time series ends: the energy meters are read. */
  meter: 11,
  /** A step boundary of a node; subject: node. The alarm of the simulation: it has no rank, it comes last. */
  step: 12,
  /** A node has been started; subject: node. */
  nodeReady: 13,
  /** The next call of a conversation is sent; subject: session. */
  turn: 14,
  /** Some domain of a pool fails; subject: which of the fleet's kinds of outages. */
  outage: 15,
  /** An outage begins that was announced, or ends; subject: its number. */
  incident: 16,
  /** The gateway finds out how a node is; subject: node. */
  healthCheck: 17,
  /** The autoscaler of a pool looks at its signal; subject: pool. */
  scale: 18,
  /** Who waits for admission is held against a new reading of its signal. */
  reading: 19,
} as const;
export type EventKind = (typeof EventKind)[keyof typeof EventKind];

/**
 * Rank by kind; smaller goes first at equal times.
 *  0 end: what happens at the very end of the duration is outside of it.
 *  1 warm-up end: what happens at that instant already counts.
 *  2 fleet (timeline, node ready, outage, incident, health check, scale): everything else at that instant meets the changed fleet.
 *  3 leaving (abort, patience, timeout, hold expiry): frees room before anybody asks for it.
 *  4 coming (arrival, think, retry, turn, reading): in the order in which they were scheduled.
 *  5 sample, meter: see the nodes as they were when the instant began.
 *  last, step: a step sees all that has arrived up to and including its own microsecond.
 */
const NO_RANK = 255;
export const EVENT_RANKS: Uint8Array = Uint8Array.of(0, 1, 2, 3, 3, 3, 3, 4, 4, 4, 5, 5, NO_RANK, 2, 4, 2, 2, 2, 2, 4);
