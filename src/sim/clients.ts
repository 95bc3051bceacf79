import type { Cause, Outcome } from '../models/outcome.js';
import type { Scenario } from '../models/scenario.js';
import { type Answers, answersByTier, sentFor } from './answer.js';
import type { Attempt, AttemptPool } from './attempt.js';
import type { Books } from './books.js';
import type { RandomStream, Streams } from './core/random.js';
import type { Simulation } from './core/simulation.js';
import { EventKind } from './event-kind.js';
import { retryWaitUs } from './workload/retry.js';
import { RetryBudget } from './workload/retry-budget.js';
import type { Session, SessionPool } from './workload/sessions.js';
import type { TrafficSource } from './workload/source.js';

/** What clients do of themselves: lose patience, give up, try again, and think before the next request. */
export class Clients {
  private readonly retryStreams: readonly RandomStream[];
  /** By class; null: every retry is made. */
  private readonly budgets: readonly (RetryBudget | null)[];
  /** Tiers that successive tries ask for, by class; none: all the same. */
  private readonly escalations: readonly (readonly number[])[];
  private readonly answers: readonly Answers[];
  /** By class: of one class all timers of a kind are of one length. */
  private readonly patienceLanes: readonly number[];
  private readonly timeoutLanes: readonly number[];
  /** By class: do its clients lose patience or give up? */
  private readonly haveTimers: readonly boolean[];

  constructor(
    private readonly scenario: Scenario,
    private readonly simulation: Simulation,
    private readonly attempts: AttemptPool,
    private readonly sources: readonly TrafficSource[],
    private readonly sessions: SessionPool,
    private readonly books: Books,
    streams: Streams,
  ) {
    const { traffic, provider } = scenario;
    this.answers = answersByTier(provider);
    this.patienceLanes = traffic.map(() => simulation.makeLane());
    this.timeoutLanes = traffic.map(() => simulation.makeLane());
    this.haveTimers = traffic.map(({ client }) => client.patienceUs !== null || client.timeoutUs !== null);
    this.retryStreams = traffic.map(({ name }) => streams.get(`traffic/${name}/retry`));
    this.budgets = traffic.map(({ client }) => (client.budget === null ? null : new RetryBudget(client.budget)));
    this.escalations = traffic.map(({ client }) =>
      client.escalate.map((tier) => provider.tiers.findIndex(({ name }) => name === tier)),
    );
  }

  /** A request is sent for the first time. */
  requested(attempt: Attempt): void {
    this.budgets[attempt.class]?.request(this.simulation.nowUs);
  }

  startTimers(attempt: Attempt): void {
    if (this.haveTimers[attempt.class] === true) this.setTimers(attempt);
  }

  private setTimers(attempt: Attempt): void {
    const { nowUs } = this.simulation;
    const { patienceUs, timeoutUs } = this.scenario.traffic[attempt.class]!.client;
    const timers = attempt.ownTimers;
    if (patienceUs !== null) {
      const lane = this.patienceLanes[attempt.class]!;
      timers.patience = this.simulation.at(nowUs + patienceUs, EventKind.patience, attempt.index, lane);
    }
    if (timeoutUs !== null) {
      const lane = this.timeoutLanes[attempt.class]!;
      timers.timeout = this.simulation.at(nowUs + timeoutUs, EventKind.timeout, attempt.index, lane);
    }
  }

  cancelTimers(attempt: Attempt): void {
    const { timers } = attempt;
    if (timers === null) return;
    if (timers.patience !== 0) this.simulation.cancel(timers.patience);
    if (timers.timeout !== 0) this.simulation.cancel(timers.timeout);
  }

  cancelPatience({ timers }: Attempt): void {
    if (timers !== null && timers.patience !== 0) this.simulation.cancel(timers.patience);
  }

  /** Schedules the next try, if the client makes one. */
  retry(attempt: Attempt, outcome: Outcome, cause: Cause, status: number): boolean {
    // Losing patience is the user's decision, and no library repeats it.
    if (cause === 'patience') return false;
    const { nowUs } = this.simulation;
    const { client } = this.scenario.traffic[attempt.class]!;
    const waitUs = retryWaitUs(
      client,
      {
        retriesMade: attempt.number - 1,
        status,
        // A client's own timeout carries no header.
        shouldRetry: status === 0 ? null : (sentFor(this.answers[attempt.tierAsked]!, cause)?.shouldRetry ?? null),
        retryAfterUs: attempt.retryAfterUs,
        elapsedUs: nowUs - attempt.requestSentUs,
      },
      this.retryStreams[attempt.class]!,
    );
    if (waitUs < 0) return false;
    const budget = this.budgets[attempt.class]!;
    if (budget !== null && !budget.withdraw(nowUs)) return false;
    const next = this.attempts.take();
    next.continueFrom(attempt, outcome);
    next.tierAsked = this.nextTier(next);
    this.simulation.at(nowUs + waitUs, EventKind.retry, next.index);
    return true;
  }

  /** One further on the ladder than the request began, and at its end for the rest. */
  private nextTier({ class: index, tierFirst, tierAsked, number }: Attempt): number {
    const ladder = this.escalations[index]!;
    const begin = ladder.indexOf(tierFirst);
    return begin < 0 ? tierAsked : ladder[Math.min(begin + number - 1, ladder.length - 1)]!;
  }

  /** A request has its final outcome: its conversation goes on or ends, and then a closed loop's user begins to think. */
  requestIsOver(attempt: Attempt, outcome: Outcome): void {
    if (attempt.session !== null && this.sessionGoesOn(attempt, attempt.session, outcome)) return;
    const source = this.sources[attempt.class]!;
    if (source.users > 0) {
      this.simulation.at(this.simulation.nowUs + source.thinkUs(), EventKind.think, attempt.class);
    }
  }

  /** A call that fails for good ends the conversation: nobody goes on without the answer. */
  private sessionGoesOn(attempt: Attempt, session: Session, outcome: Outcome): boolean {
    attempt.session = null;
    if (outcome === 'completed') {
      const endsTurn = session.answered(attempt.promptTokens, attempt.emittedTokens);
      if (endsTurn && session.isChainCounted) {
        this.books.chainEnded(attempt.tierAsked, attempt.lastTokenUs - session.chainSentUs);
      }
      if (session.hasNext) {
        this.simulation.at(this.simulation.nowUs + session.pauseBeforeNextUs, EventKind.turn, session.index);
        return true;
      }
    }
    this.sessions.give(session);
    return false;
  }
}
