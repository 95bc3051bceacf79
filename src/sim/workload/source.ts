import type { TrafficClass } from '../../models/scenario.js';
import { cumulativeWeights, drawIndex } from '../core/distributions.js';
import { invariant } from '../core/invariant.js';
import type { RandomStream, Streams } from '../core/random.js';
import { type ArrivalProcess, arrivalProcess, thinkTimeUs } from './arrivals.js';
import { LengthSampler } from './lengths.js';
import { PrefixSampler } from './prefixes.js';
import { type CallDraws, type SessionCall, SessionSampler } from './sessions.js';
import { TraceReplay, type TraceRows } from './trace-rows.js';

/** What a source writes into a new request. */
export interface DrawnRequest extends SessionCall {
  tierAsked: number;
}

/**
 * One traffic class: when its requests come and what they are. Each property has its own random stream, so that
 * changing one leaves the others as they were, and every draw is made at the request's birth, whatever becomes of it.
 */
export class TrafficSource implements CallDraws {
  readonly prefix: PrefixSampler | null;
  /** Draws whole conversations instead; null: requests stand alone. */
  readonly sessions: SessionSampler | null;
  private readonly arrivals: ArrivalProcess | null;
  private readonly replay: TraceReplay | null;
  private readonly input: LengthSampler | null;
  private readonly output: LengthSampler | null;
  private readonly tierShares: Float64Array;
  private readonly tierStream: RandomStream;
  private readonly feeStream: RandomStream;
  private readonly thinkStream: RandomStream;

  constructor(
    private readonly spec: TrafficClass,
    streams: Streams,
    startMs: number,
    /** Place of each tier of the class's mix in the profile. */
    private readonly tierIndex: readonly number[],
    rows: TraceRows | null,
  ) {
    const stream = (what: string): RandomStream => streams.get(`traffic/${spec.name}/${what}`);
    const { arrivals } = spec;
    this.arrivals =
      arrivals.kind === 'trace' || arrivals.kind === 'users'
        ? null
        : arrivalProcess(arrivals, stream('arrivals'), startMs);
    this.replay = arrivals.kind === 'trace' ? replayOf(arrivals, rows, spec.name) : null;
    this.input = spec.input.kind === 'trace' ? null : new LengthSampler(spec.input, stream('input'));
    this.output = spec.output.kind === 'trace' ? null : new LengthSampler(spec.output, stream('output'));
    this.prefix = spec.prefix === null ? null : new PrefixSampler(spec.prefix, stream('prefix'));
    this.tierShares = cumulativeWeights(spec.tiers.map(({ value }) => value));
    this.tierStream = stream('tier');
    this.feeStream = stream('fees');
    this.thinkStream = stream('think');
    this.sessions = spec.sessions === null ? null : new SessionSampler(spec.name, spec.sessions, this, stream);
  }

  /** How many users a closed loop has; 0: arrivals come by themselves. */
  get users(): number {
    return this.spec.arrivals.kind === 'users' ? this.spec.arrivals.count : 0;
  }

  nextArrivalUs(nowUs: number): number {
    if (this.arrivals !== null) return this.arrivals.nextAfter(nowUs);
    return this.replay === null ? Number.POSITIVE_INFINITY : this.replay.nextArrivalUs();
  }

  /** At least a microsecond: a user who is refused at once and does not think must not stop the clock. */
  thinkUs(): number {
    invariant(this.spec.arrivals.kind === 'users', 'only closed loops think');
    return Math.max(1, thinkTimeUs(this.spec.arrivals.thinkUs, this.thinkStream));
  }

  /** Draws the request whose arrival is happening now; a replayed one must be drawn before the next is asked for. */
  draw(request: DrawnRequest): void {
    request.tierAsked = this.drawTier();
    request.promptTokens = this.inputTokens();
    request.outputTokens = this.outputTokens();
    request.sharedTokens = 0;
    request.sharedFamily = 0;
    request.content = null;
    if (this.prefix !== null) {
      this.prefix.draw(request.promptTokens);
      request.sharedTokens = this.prefix.sharedTokens;
      request.sharedFamily = this.prefix.family;
    }
    request.feePico = this.feePico();
  }

  drawTier(): number {
    return this.tierIndex[this.tierShares.length === 1 ? 0 : drawIndex(this.tierStream, this.tierShares)]!;
  }

  inputTokens(): number {
    return this.input === null ? this.replayed('input') : this.input.next();
  }

  outputTokens(): number {
    const { maxTokens } = this.spec;
    const tokens = this.output === null ? this.replayed('output') : this.output.next();
    return maxTokens === null ? tokens : Math.min(tokens, maxTokens);
  }

  feePico(): number {
    let pico = 0;
    for (const fee of this.spec.fees) {
      if (fee.share >= 1 || this.feeStream.uniform() < fee.share) pico += fee.pico;
    }
    return pico;
  }

  private replayed(column: 'input' | 'output'): number {
    invariant(this.replay !== null && this.replay.row >= 0, 'lengths of a trace come with its rows');
    return Math.max(1, this.replay.rows[column][this.replay.row]!);
  }
}

function replayOf(
  spec: { readonly speed: number; readonly fromUs: number; readonly toUs: number | null },
  rows: TraceRows | null,
  name: string,
): TraceReplay {
  invariant(rows !== null, `the trace of traffic class '${name}' was handed in`);
  return new TraceReplay(rows, spec.speed, spec.fromUs, spec.toUs);
}
