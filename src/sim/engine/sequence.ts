import { expectLarge } from '../core/expect-large.js';

/** `length` tokens of a named text from `offset` on. Two tokens are equal exactly if text and position are. */
export type Segment = readonly [text: string, offset: number, length: number];

/**
 * What a sequence's tokens are, as far as anyone else could have the same ones. Prompt tokens beyond the segments
 * are unique to the sequence, and so is its output unless it is named.
 */
export interface Content {
  readonly prompt: readonly Segment[];
  /** The text that the generated tokens form, for prompts that quote them later; null: nobody will. */
  readonly output: string | null;
  /** Where in that text they begin; absent: at its start. */
  readonly outputOffset?: number;
}

/** In the place of a list that stays empty. */
const NOTHING: number[] = [];

/** Where a sequence stands: waiting for its first step, running, preempted (waiting again), or gone. */
export type SequenceState = 'new' | 'waiting' | 'running' | 'preempted' | 'finished' | 'aborted';

export interface SequenceOptions {
  readonly id: number;
  /** Tie-breaker of the priority queue, compared by code units before the id. */
  readonly name?: string;
  readonly promptTokens: number;
  /** Tokens after which it finishes. */
  readonly outputTokens: number;
  /** As the engine reads it: smaller = more urgent. */
  readonly priority?: number;
  /** Second key of the priority queue; any unit. */
  readonly arrival?: number;
  /** null: all its tokens are unique. */
  readonly content?: Content | null;
  /** Counter that its tokens go to, such as the index of its tier. */
  readonly group?: number;
}

/**
 * One request inside one engine. There is no prefill or decode state: a step gives it some of the tokens that it
 * knows and has not computed, and it makes one new token when it has caught up.
 *
 * A sequence that gets one token in every step is `steady`: its counts are those of step `steadyAt` and everything
 * since is arithmetic, see SteadySet.
 */
export class Sequence {
  // What its end needs comes first, side by side: a large fleet has more of them under way than the processor's caches hold.

  state: SequenceState = 'new';
  promptTokens = 0;
  group = 0;
  content: Content | null = null;
  /** Tokens whose KV is in the cache, or will be once the steps in flight are done. */
  computed = 0;
  generated = 0;
  /** Step count at which `computed` and `generated` were true; -1: not steady. */
  steadyAt = -1;
  finishStep = 0;
  /** Where the heap of finish steps has it. */
  finishPlace = 0;
  /** Steady, and its last token is under way: it keeps its seat, but no further step includes it. */
  isRetired = false;

  /** Blocks that it holds. Of a steady sequence: those it held when it became one. */
  heldBlocks = 0;
  /** How many of them, from the first on, carry a prefix; and how many of these carry one that others could want. */
  registeredBlocks = 0;
  sharedBlocks = 0;
  /** Its own cached blocks in the free list, left there by preemptions, the oldest first; see FreeList. */
  pieces: number[] | null = null;
  /** Its shareable text as far as it was needed, see Strands; NOTHING where it has no content. */
  strands: number[] = NOTHING;

  /** Tokens scheduled whose step has not been applied. */
  inFlight = 0;
  /** Output tokens that steps in flight will make; asynchronous scheduling only. */
  placeholders = 0;
  /** Place in the order of admission. */
  admission = 0;

  // What is looked at when it comes, in its first steps, or where it is compared to others.

  queueIndex = -1;
  outputTokens = 0;
  preemptions = 0;
  /** Prefix-cache tokens of the first admission; -1 before it. */
  cachedTokens = -1;
  /** The scheduler's count of steps when it made its last token; -1 before the first. Not kept up while steady. */
  madeAt = -1;
  /** Tokens in flight from before a preemption: their output still counts, their progress does not. */
  stale = 0;
  readonly id: number;
  name = '';
  priority = 0;
  arrival = 0;
  /** Links of the waiting queue. */
  queueNext: Sequence | null = null;
  queuePrevious: Sequence | null = null;
  /** Where its shared blocks are, see SharedBlocks; NOTHING where it has no content. */
  holds: number[] = NOTHING;
  /** Microseconds at which its last token was made, if it has made one. Not kept up while steady, nor at its end. */
  lastTokenUs = -1;

  constructor(
    options: SequenceOptions,
    /** Whose it is, for whoever asks; the engine does not. */
    readonly owner: unknown = null,
  ) {
    this.id = options.id;
    this.name = options.name ?? '';
    this.begin(options);
  }

  /** Makes it a new request; it must not be in any engine. */
  begin(options: SequenceOptions): void {
    const { promptTokens, outputTokens, priority = 0, arrival = 0, content = null, group = 0 } = options;
    this.renew(promptTokens, outputTokens, priority, arrival, content, group);
  }

  /** The same without an object for it. */
  renew(
    promptTokens: number,
    outputTokens: number,
    priority: number,
    arrival: number,
    content: Content | null,
    group: number,
  ): void {
    this.promptTokens = promptTokens;
    this.outputTokens = outputTokens;
    this.priority = priority;
    this.arrival = arrival;
    this.content = content;
    if (content !== null && this.holds === NOTHING) {
      this.holds = [];
      this.strands = [];
    }
    this.group = group;
    this.state = 'new';
    this.computed = 0;
    this.generated = 0;
    this.preemptions = 0;
    this.cachedTokens = -1;
    this.madeAt = -1;
    this.inFlight = 0;
    this.placeholders = 0;
    this.stale = 0;
    this.steadyAt = -1;
  }

  /** Prompt and generated tokens: all that is known of it. Of a steady sequence: at `steadyAt`. */
  get knownTokens(): number {
    return this.promptTokens + this.generated;
  }

  /** Could the cache hold some of it: what others have too, or its own blocks from before a preemption? */
  get mayBeCached(): boolean {
    return this.content !== null || this.pieces !== null;
  }

  get isLive(): boolean {
    return this.state === 'waiting' || this.state === 'running' || this.state === 'preempted';
  }
}

expectLarge(new Sequence({ id: 0, promptTokens: 1, outputTokens: 1 }), 'arrival', 'lastTokenUs');
