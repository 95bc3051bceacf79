import type { Sessions } from '../../models/scenario.js';
import { exponential } from '../core/distributions.js';
import { invariant } from '../core/invariant.js';
import { objectList } from '../core/lists.js';
import type { RandomStream } from '../core/random.js';
import { LengthSampler } from './lengths.js';
import type { PrefixSampler } from './prefixes.js';

/** `length` tokens of a named text from `offset` on, as the engine's segments. */
type Segment = readonly [text: string, offset: number, length: number];

/** What a call of a conversation is, for the attempt that carries it. */
export interface SessionCall {
  promptTokens: number;
  outputTokens: number;
  sharedTokens: number;
  sharedFamily: number;
  feePico: number;
  /** Also says what the prompt quotes of the answers before, and under which name this answer can be quoted. */
  content: CallContent | null;
}

/** In the engine's words, see its Content. */
interface CallContent {
  readonly prompt: readonly Segment[];
  readonly output: string | null;
  readonly outputOffset?: number;
}

/**
 * A conversation: turns with pauses for thinking between them, each a chain of one call or of several, where a call is
 * sent when the one before has its answer. All of it is drawn when it begins, so no policy can move a later draw.
 * Objects are recycled; `index` is what events carry.
 */
export class Session {
  class = 0;
  tierAsked = 0;
  /** Number of its first request; 0: not sent yet. */
  firstRequest = 0;
  /** Of the turn under way: when its first call was sent, and whether that was in the counted window. */
  chainSentUs = 0;
  isChainCounted = false;

  private context: Sessions['context'] = 'fresh';
  private text = '';
  private familyText = '';
  private family = 0;
  private sharedTokens = 0;
  private at = 0;
  /** Tokens of the conversation so far: what the next prompt begins with. */
  private contextTokens = 0;
  private readonly input: number[] = [];
  private readonly output: number[] = [];
  /** Before each call; the first has none. */
  private readonly pauseUs: number[] = [];
  private readonly opensTurn = objectList<boolean>();
  private readonly shared: number[] = [];
  private readonly feePico: number[] = [];

  constructor(readonly index: number) {}

  begin(options: {
    readonly class: number;
    readonly tierAsked: number;
    readonly context: Sessions['context'];
    readonly text: string;
    readonly familyText: string;
    readonly family: number;
  }): void {
    this.class = options.class;
    this.tierAsked = options.tierAsked;
    this.context = options.context;
    this.text = options.text;
    this.familyText = options.familyText;
    this.family = options.family;
    this.firstRequest = 0;
    this.at = 0;
    this.contextTokens = 0;
    for (const list of [this.input, this.output, this.pauseUs, this.opensTurn, this.shared, this.feePico]) {
      list.length = 0;
    }
  }

  addCall(call: {
    readonly input: number;
    readonly output: number;
    readonly shared: number;
    readonly pauseUs: number;
    readonly opensTurn: boolean;
    readonly feePico: number;
  }): void {
    this.input.push(call.input);
    this.output.push(call.output);
    this.shared.push(call.shared);
    this.pauseUs.push(call.pauseUs);
    this.opensTurn.push(call.opensTurn);
    this.feePico.push(call.feePico);
  }

  /** Writes the call that is sent now into its attempt. */
  fill(call: SessionCall, nowUs: number, isCounted: boolean): void {
    const { at } = this;
    if (this.opensTurn[at]!) {
      this.chainSentUs = nowUs;
      this.isChainCounted = isCounted;
    }
    call.outputTokens = this.output[at]!;
    call.feePico = this.feePico[at]!;
    call.sharedFamily = this.family;
    call.content = null;
    if (this.context === 'fresh') {
      call.promptTokens = this.input[at]!;
      call.sharedTokens = this.shared[at]!;
      return;
    }
    if (at === 0) this.sharedTokens = this.shared[0]!;
    call.promptTokens = this.contextTokens + this.input[at]!;
    call.sharedTokens = this.sharedTokens;
    if (this.input.length > 1) call.content = this.contentOf(call.promptTokens);
  }

  /** The call under way was answered; true: it was the last of its turn. */
  answered(promptTokens: number, emittedTokens: number): boolean {
    this.contextTokens = promptTokens + emittedTokens;
    this.at++;
    return this.at === this.opensTurn.length || this.opensTurn[this.at]!;
  }

  get hasNext(): boolean {
    return this.at < this.input.length;
  }

  get pauseBeforeNextUs(): number {
    return this.pauseUs[this.at]!;
  }

  /** The conversation is one text, after what it has in common with others: prompts and answers follow one another. */
  private contentOf(promptTokens: number): CallContent {
    const { sharedTokens, text } = this;
    const own: Segment = [text, sharedTokens, promptTokens - sharedTokens];
    const isLast = this.at === this.input.length - 1;
    return {
      prompt: sharedTokens === 0 ? [own] : [[this.familyText, 0, sharedTokens], own],
      output: isLast ? null : text,
      outputOffset: promptTokens,
    };
  }
}

/** Recycles sessions, last in first out, so that equal runs hand out equal indices. */
export class SessionPool {
  private readonly all = objectList<Session>();
  private readonly spare = objectList<Session>();

  take(): Session {
    const spare = this.spare.pop();
    if (spare !== undefined) return spare;
    const session = new Session(this.all.length);
    this.all.push(session);
    return session;
  }

  give(session: Session): void {
    this.spare.push(session);
  }

  at(index: number): Session {
    return this.all[index]!;
  }
}

/** No conversation has more calls: they are drawn together. */
export const CALLS_MAX = 10_000;

/** How a class draws one call. */
export interface CallDraws {
  inputTokens(): number;
  outputTokens(): number;
  feePico(): number;
  readonly prefix: PrefixSampler | null;
}

/** Draws the conversations of one class. */
export class SessionSampler {
  private readonly turns: LengthSampler;
  private readonly hops: LengthSampler;
  private readonly thinkStream: RandomStream;
  private readonly toolStream: RandomStream;
  private begun = 0;

  constructor(
    private readonly name: string,
    private readonly sessions: Sessions,
    private readonly draws: CallDraws,
    stream: (what: string) => RandomStream,
  ) {
    this.turns = new LengthSampler(sessions.turns, stream('turns'));
    this.hops = new LengthSampler(sessions.hops, stream('hops'));
    this.thinkStream = stream('pause');
    this.toolStream = stream('tool');
  }

  draw(session: Session, place: number, tierAsked: number): void {
    const { name, sessions, draws } = this;
    const { prefix } = draws;
    const number = ++this.begun;
    const firstInput = draws.inputTokens();
    prefix?.draw(firstInput);
    session.begin({
      class: place,
      tierAsked,
      context: sessions.context,
      text: `${name}#${number}`,
      familyText: `${name}/${prefix?.family ?? 0}`,
      family: prefix?.family ?? 0,
    });
    const turns = this.turns.next();
    let calls = 0;
    for (let turn = 0; turn < turns && calls < CALLS_MAX; turn++) {
      const hops = Math.min(this.hops.next(), CALLS_MAX - calls);
      for (let hop = 0; hop < hops; hop++) {
        const input = calls === 0 ? firstInput : draws.inputTokens();
        session.addCall({
          input,
          output: draws.outputTokens(),
          shared: prefix?.sharedOf(input) ?? 0,
          pauseUs: calls === 0 ? 0 : this.pauseUs(hop === 0),
          opensTurn: hop === 0,
          feePico: draws.feePico(),
        });
        calls++;
      }
    }
    invariant(calls > 0, 'a conversation has a call');
  }

  private pauseUs(isThought: boolean): number {
    const meanUs = isThought ? this.sessions.thinkUs : this.sessions.toolUs;
    if (meanUs === 0) return 0;
    return Math.round(exponential(isThought ? this.thinkStream : this.toolStream, meanUs));
  }
}
