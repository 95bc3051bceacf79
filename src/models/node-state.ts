/**
 * What a node can be; at any instant it is exactly one of these. Integrals of node-time by state are what money and
 * watts are worked out from.
 *  off: not there: neither paid for nor powered.
 *  starting: being provisioned, pulling its image, loading the model, compiling.
 *  warm: loaded and kept ready in the warm pool; takes no work.
 *  idle: loaded and open for work, no step running.
 *  active: open for work, a step is running.
 *  draining: finishes what it has and gets nothing new.
 *  down: loaded and broken; nothing runs on it.
 */
export const NODE_STATES = ['off', 'starting', 'warm', 'idle', 'active', 'draining', 'down'] as const;
export type NodeState = (typeof NODE_STATES)[number];
