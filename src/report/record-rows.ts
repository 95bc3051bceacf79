import type { AttemptRecord } from '../sim/record.js';
import type { Value } from './cells.js';

/** Header of the rows of `recordRow`; times are whole microseconds of simulated time. */
export const recordColumns: readonly string[] = [
  'request',
  'attempt',
  'willRetry',
  'class',
  'account',
  'model',
  'tierAsked',
  'tierServed',
  'outcome',
  'cause',
  'status',
  'pool',
  'node',
  'requestSentUs',
  'sentUs',
  'scheduledUs',
  'firstTokenUs',
  'lastTokenUs',
  'endUs',
  'promptTokens',
  'cachedTokens',
  'outputTokens',
  'wastedTokens',
  'preemptions',
  'evictions',
  'billedPico',
  'session',
] satisfies (keyof AttemptRecord)[];

/** A new array a call: the record itself is reused by the simulator. What did not happen is null. */
export function recordRow(record: AttemptRecord): Value[] {
  return [
    record.request,
    record.attempt,
    record.willRetry ? 'true' : 'false',
    record.class,
    record.account,
    record.model,
    record.tierAsked,
    record.tierServed,
    record.outcome,
    record.cause,
    record.status === 0 ? null : record.status,
    record.pool,
    happened(record.node),
    happened(record.requestSentUs),
    happened(record.sentUs),
    happened(record.scheduledUs),
    happened(record.firstTokenUs),
    happened(record.lastTokenUs),
    happened(record.endUs),
    record.promptTokens,
    record.cachedTokens,
    record.outputTokens,
    record.wastedTokens,
    record.preemptions,
    record.evictions,
    record.billedPico,
    record.session === 0 ? null : record.session,
  ];
}

function happened(value: number): number | null {
  return value < 0 ? null : value;
}
