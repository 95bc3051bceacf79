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
}

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
 * A sequence is used once; the steps in flight may still refer to it after it is gone.
 */
export class Sequence {
  readonly id: number;
  readonly name: string;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly priority: number;
  readonly arrival: number;
  readonly content: Content | null;
  readonly group: number;

  state: SequenceState = 'new';
  /** Tokens whose KV is in the cache, or will be once the steps in flight are done. */
  computed = 0;
  generated = 0;
  preemptions = 0;
  /** Prefix-cache tokens of the first admission; -1 before it. */
  cachedTokens = -1;
  /** Microseconds at which its last token was made; -1 before the first. */
  lastTokenUs = -1;

  /** Its KV blocks in order. */
  readonly blocks: number[] = [];
  /** How many of its blocks, from the first on, carry a prefix. */
  registeredBlocks = 0;
  /** The prefixes of its full blocks as far as they were needed, see PrefixCache. */
  readonly chain: number[] = [];

  /** Tokens scheduled whose step has not been applied. */
  inFlight = 0;
  /** Output tokens that steps in flight will make; asynchronous scheduling only. */
  placeholders = 0;
  /** Tokens in flight from before a preemption: their output still counts, their progress does not. */
  stale = 0;

  /** Links of the waiting queue. */
  queueNext: Sequence | null = null;
  queuePrevious: Sequence | null = null;
  queueIndex = -1;

  constructor(options: SequenceOptions) {
    this.id = options.id;
    this.name = options.name ?? '';
    this.promptTokens = options.promptTokens;
    this.outputTokens = options.outputTokens;
    this.priority = options.priority ?? 0;
    this.arrival = options.arrival ?? 0;
    this.content = options.content ?? null;
    this.group = options.group ?? 0;
  }

  /** Prompt and generated tokens: all that is known of it. */
  get knownTokens(): number {
    return this.promptTokens + this.generated;
  }

  get isLive(): boolean {
    return this.state === 'waiting' || this.state === 'running' || this.state === 'preempted';
  }
}
