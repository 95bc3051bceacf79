import { momentsOf } from '../../models/lengths.js';
import type { TraceArrivals, TrafficClass } from '../../models/scenario.js';
import type { TraceTable } from '../../models/trace.js';
import { invariant } from '../core/invariant.js';
import type { RandomStream, Streams } from '../core/random.js';
import { ArrivalProcess, arrivalProcess, thinkTimeUs } from './arrivals.js';
import { LengthSampler } from './lengths.js';
import { PrefixSampler } from './prefixes.js';
import { type CallDraws, type SessionCall, SessionSampler } from './sessions.js';
import { clientsOf, clientsOfTable, SuperposedArrivals } from './superposed.js';
import { TierMix } from './tier-mix.js';
import { type ReplayOptions, TraceReplay } from './trace-replay.js';
import { traceUse } from './trace-use.js';

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
  /** How many users a closed loop has; 0: arrivals come by themselves. */
  readonly users: number;
  private readonly arrivals: ArrivalProcess | SuperposedArrivals | TraceReplay | null;
  /** The same object as `arrivals` where they are of that kind. */
  private readonly replay: TraceReplay | null;
  private readonly superposed: SuperposedArrivals | null;
  /** By label of a trace: the tier its rows ask for; null: the mix decides. */
  private readonly labelTiers: readonly number[] | null;
  private readonly input: LengthSampler | null;
  private readonly output: LengthSampler | null;
  private readonly tiers: TierMix;
  private readonly feeStream: RandomStream;
  private readonly thinkStream: RandomStream;

  constructor(
    private readonly spec: TrafficClass,
    streams: Streams,
    run: RunFrame,
    table: TraceTable | null,
    /** Sets its streams apart from those of the class's other requests. */
    part = '',
  ) {
    const stream = (what: string): RandomStream => streams.get(`traffic/${spec.name}/${part}${what}`);
    const { arrivals } = spec;
    this.users = arrivals.kind === 'users' ? arrivals.count : 0;
    let replay: TraceReplay | null = null;
    let superposed: SuperposedArrivals | null = null;
    let labelTiers: readonly number[] | null = null;
    if (arrivals.kind === 'trace') {
      invariant(table !== null, `the trace of traffic class '${spec.name}' was handed in`);
      const { tierOfLabel } = traceUse({ ...spec, arrivals }, table, run.tierNames, run.durationUs);
      const options = replayOptions(arrivals, tierOfLabel, table, run.durationUs);
      labelTiers = tierOfLabel?.map((tier) => (tier === null ? -1 : run.tierNames.indexOf(tier))) ?? null;
      if (table.kind === 'requests') {
        replay = new TraceReplay(table, options, {
          scale: stream('scale'),
          spread: stream('spread'),
          copies: stream('copies'),
        });
      } else {
        const mean = momentsOf(spec.input)?.mean ?? 1;
        const clients = clientsOfTable(table, mean).map((client, index) =>
          labelTiers?.[index] === -1 ? { windows: [] } : client,
        );
        superposed = new SuperposedArrivals(clients, options, (client) => stream(`client/${client}`));
      }
    } else if (arrivals.kind === 'clients') {
      const playback = { speed: 1, scale: 1, fromUs: 0, toUs: Infinity, loop: false, horizonUs: run.durationUs };
      superposed = new SuperposedArrivals(clientsOf(arrivals.groups), playback, (client) => stream(`client/${client}`));
    }
    this.replay = replay;
    this.superposed = superposed;
    this.labelTiers = labelTiers;
    this.arrivals =
      arrivals.kind === 'trace' || arrivals.kind === 'clients' || arrivals.kind === 'users'
        ? (replay ?? superposed)
        : arrivalProcess(arrivals, stream('arrivals'), run.startMs);
    this.input = spec.input.kind === 'trace' ? null : new LengthSampler(spec.input, stream('input'));
    this.output = spec.output.kind === 'trace' ? null : new LengthSampler(spec.output, stream('output'));
    this.prefix = spec.prefix === null ? null : new PrefixSampler(spec.prefix, stream('prefix'));
    const tiers = spec.tiers.map(({ tier }) => run.tierNames.indexOf(tier));
    const shares = spec.tiers.map(({ value }) => value);
    this.tiers = new TierMix(tiers, shares, stream('tier'));
    this.feeStream = stream('fees');
    this.thinkStream = stream('think');
    this.sessions = spec.sessions === null ? null : new SessionSampler(spec.name, spec.sessions, this, stream);
  }

  nextArrivalUs(nowUs: number): number {
    if (this.arrivals === null) return Number.POSITIVE_INFINITY;
    return this.arrivals instanceof ArrivalProcess ? this.arrivals.nextAfter(nowUs) : this.arrivals.nextArrivalUs();
  }

  /** At least a microsecond: a user who is refused at once and does not think must not stop the clock. */
  thinkUs(): number {
    invariant(this.spec.arrivals.kind === 'users', 'only closed loops think');
    return Math.max(1, thinkTimeUs(this.spec.arrivals.thinkUs, this.thinkStream));
  }

  /** Draws the request whose arrival is happening now; a replayed one must be drawn before the next is asked for. */
  draw(request: DrawnRequest): void {
    request.tierAsked = this.labelTiers === null ? this.tiers.next() : this.drawTier();
    request.promptTokens = this.inputTokens();
    request.outputTokens = this.outputTokens();
    request.sharedTokens = 0;
    request.sharedFamily = 0;
    request.content = this.replay === null ? null : this.quoted(this.replay, request.promptTokens);
    if (this.prefix !== null) {
      this.prefix.draw(request.promptTokens);
      request.sharedTokens = this.prefix.sharedTokens;
      request.sharedFamily = this.prefix.family;
    }
    request.feePico = this.feePico();
  }

  drawTier(): number {
    const label = this.label();
    if (label >= 0 && this.labelTiers !== null) return this.labelTiers[label]!;
    return this.tiers.next();
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
    const { fees } = this.spec;
    for (let i = 0; i < fees.length; i++) {
      const fee = fees[i]!;
      if (fee.share >= 1 || this.feeStream.uniform() < fee.share) pico += fee.pico;
    }
    return pico;
  }

  /** Of the row, or of the client, behind the arrival that is happening now; -1: there is none. */
  private label(): number {
    if (this.superposed !== null) return this.superposed.client;
    return this.replay?.table.label?.[this.replay.row] ?? -1;
  }

  /** The blocks of a replayed prompt as runs of one text, in which block n stands at n times its size. */
  private quoted(replay: TraceReplay, promptTokens: number): SessionCall['content'] {
    const { blocks } = replay.table;
    if (blocks === null || this.input !== null) return null;
    const { ids, from, tokensPerBlock } = blocks;
    // Rounds and copies are other users with texts of their own.
    const again = replay.copy === 0 && replay.round === 0 ? '' : ` ${replay.round}.${replay.copy}`;
    const text = `${this.spec.name}:blocks${again}`;
    const prompt: [text: string, offset: number, length: number][] = [];
    let left = promptTokens;
    for (let at = from[replay.row]!; at < from[replay.row + 1]! && left > 0; at++) {
      const length = Math.min(tokensPerBlock, left);
      const last = prompt.at(-1);
      const offset = ids[at]! * tokensPerBlock;
      if (last !== undefined && last[1] + last[2] === offset) last[2] += length;
      else prompt.push([text, offset, length]);
      left -= length;
    }
    return { prompt, output: null };
  }

  private replayed(column: 'input' | 'output'): number {
    invariant(this.replay !== null && this.replay.row >= 0, 'lengths of a trace come with its rows');
    return Math.max(1, this.replay.table[column]![this.replay.row]!);
  }
}

/** What a source must know of the run. */
export interface RunFrame {
  readonly startMs: number;
  readonly durationUs: number;
  /** Of the profile, in its order. */
  readonly tierNames: readonly string[];
}

function replayOptions(
  { speed, scale, loop, fromUs, toUs, spreadUs }: TraceArrivals,
  tierOfLabel: readonly (string | null)[] | null,
  table: TraceTable,
  horizonUs: number,
): ReplayOptions {
  const endUs = table.kind === 'rates' ? table.endUs : Number.POSITIVE_INFINITY;
  return {
    speed,
    scale,
    loop,
    fromUs,
    toUs: Math.min(toUs ?? endUs, endUs),
    spreadUs,
    horizonUs,
    isPlayed: tierOfLabel?.map((tier) => tier !== null) ?? null,
  };
}
