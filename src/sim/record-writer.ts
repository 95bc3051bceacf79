import type { Cause, Outcome } from '../models/outcome.js';
import type { Scenario } from '../models/scenario.js';
import type { Attempt } from './attempt.js';
import type { AttemptRecord } from './record.js';

/** What is known of an attempt only once it has ended. */
export interface AttemptEnd {
  readonly endUs: number;
  readonly outcome: Outcome;
  readonly cause: Cause;
  readonly status: number;
  readonly willRetry: boolean;
  /** -1: reached none. */
  readonly pool: number;
  readonly billedPico: number;
  readonly wasted: number;
}

/** Puts names to numbers and hands out one row an attempt, always in the same object. */
export class RecordWriter {
  private readonly record = emptyRecord();

  constructor(
    private readonly scenario: Scenario,
    private readonly onRecord: (record: AttemptRecord) => void,
  ) {}

  write(attempt: Attempt, end: AttemptEnd): void {
    const { scenario, record } = this;
    const traffic = scenario.traffic[attempt.class]!;
    record.request = attempt.request;
    record.attempt = attempt.number;
    record.willRetry = end.willRetry;
    record.class = traffic.name;
    record.account = traffic.account ?? '';
    record.model = traffic.model;
    record.tierAsked = scenario.provider.tiers[attempt.tierAsked]!.name;
    record.tierServed = attempt.node >= 0 ? scenario.provider.tiers[attempt.tierServed]!.name : '';
    record.outcome = end.outcome;
    record.cause = end.cause;
    record.status = end.status;
    record.pool = end.pool >= 0 ? scenario.pools[end.pool]!.name : '';
    record.node = attempt.node;
    record.requestSentUs = attempt.requestSentUs;
    record.sentUs = attempt.sentUs;
    record.scheduledUs = attempt.firstScheduledUs;
    record.firstTokenUs = attempt.firstTokenUs;
    record.lastTokenUs = attempt.lastTokenUs;
    record.endUs = end.endUs;
    record.promptTokens = attempt.promptTokens;
    record.cachedTokens = attempt.cachedTokens;
    record.outputTokens = attempt.emittedTokens + attempt.lostTokens;
    record.wastedTokens = end.wasted;
    record.preemptions = attempt.preemptions;
    record.evictions = attempt.evictions;
    record.billedPico = end.billedPico;
    record.session = attempt.sessionRequest;
    this.onRecord(record);
  }
}

function emptyRecord(): AttemptRecord {
  return {
    request: 0,
    attempt: 0,
    willRetry: false,
    class: '',
    account: '',
    model: '',
    tierAsked: '',
    tierServed: '',
    outcome: 'completed',
    cause: 'none',
    status: 0,
    pool: '',
    node: -1,
    requestSentUs: -1,
    sentUs: -1,
    scheduledUs: -1,
    firstTokenUs: -1,
    lastTokenUs: -1,
    endUs: -1,
    promptTokens: 0,
    cachedTokens: 0,
    outputTokens: 0,
    wastedTokens: 0,
    preemptions: 0,
    evictions: 0,
    billedPico: 0,
    session: 0,
  };
}
