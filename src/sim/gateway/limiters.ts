import type { Cause } from '../../models/outcome.js';
import type { LimiterSpec, LimiterUnit } from '../../models/provider.js';
import type { Counter } from './counter.js';
import { FixedWindow } from './fixed-window.js';
import { Places } from './places.js';
import { Ramp } from './ramp.js';
import { SlidingWindow } from './sliding-window.js';

/** Whom a set of limiters is for. */
export interface Limited {
  /** null: many customers, whom no limit by account meets. */
  readonly account: string | null;
  readonly model: string;
  readonly tier: string;
  /** Meets only the limiters that name its tier. */
  readonly isExempt: boolean;
}

/** The counters of a run. Those whom a limiter does not count apart share one. */
export class Limiters {
  private readonly counters = new Map<string, Counter>();

  constructor(
    /** Microseconds since the Unix epoch at t = 0. */
    private readonly startUs: number,
  ) {}

  /** What `who` has to pass; null: nothing. */
  setFor(specs: readonly LimiterSpec[], who: Limited): LimiterSet | null {
    const gates = specs
      .filter((spec) => isMeant(spec, who) && weightOf(spec, who.tier) > 0)
      .map((spec) => new Gate(spec, this.counterOf(spec, who), Math.round(weightOf(spec, who.tier) * scaleOf(spec))));
    return gates.length === 0 ? null : new LimiterSet(gates);
  }

  private counterOf(spec: LimiterSpec, who: Limited): Counter {
    const key = JSON.stringify([spec.name, ...spec.per.map((part) => [part, who[part]])]);
    const known = this.counters.get(key) ?? makeCounter(spec, this.startUs);
    this.counters.set(key, known);
    return known;
  }
}

/** All limiters that one class meets in one tier. */
export class LimiterSet {
  /** Is something charged when the first token comes? */
  readonly countsUncached: boolean;

  constructor(private readonly gates: readonly Gate[]) {
    this.countsUncached = gates.some(({ unit }) => unit === 'uncachedInputTokens');
  }

  /** Charges what is known on arrival and returns null, or charges nothing and returns the gate that is shut. */
  admit(nowUs: number, promptTokens: number): Gate | null {
    const { gates } = this;
    for (let i = 0; i < gates.length; i++) if (!gates[i]!.isOpen(nowUs, promptTokens)) return gates[i]!;
    for (let i = 0; i < gates.length; i++) gates[i]!.enter(nowUs, promptTokens);
    return null;
  }

  firstToken(nowUs: number, uncachedTokens: number): void {
    for (const gate of this.gates) {
      if (gate.unit === 'uncachedInputTokens') gate.chargeLater(nowUs, uncachedTokens);
    }
  }

  /** Exactly once for every attempt that was let in. */
  release(nowUs: number, outputTokens: number): void {
    const { gates } = this;
    for (let i = 0; i < gates.length; i++) gates[i]!.leave(nowUs, outputTokens);
  }
}

/** A limiter as one class in one tier meets it. */
export class Gate {
  readonly unit: LimiterUnit;
  readonly cause: Cause;
  /** Whom to try it as instead; null: it is refused. */
  readonly downgradeTo: string | null;
  /** What is charged on arrival: for the attempt, and for each prompt token. */
  private readonly each: number;
  private readonly perPromptToken: number;
  private readonly chargesOutput: boolean;
  /** Where the counter is one of places. */
  private readonly places: Places | null;

  constructor(
    spec: LimiterSpec,
    private readonly counter: Counter,
    private readonly weight: number,
  ) {
    const { unit } = spec;
    this.unit = unit;
    [this.each, this.perPromptToken] = onArrival(unit, weight);
    this.chargesOutput = unit === 'tokens' || unit === 'outputTokens';
    this.places = counter instanceof Places ? counter : null;
    this.cause = spec.cause;
    this.downgradeTo = spec.action.do === 'downgrade' ? spec.action.to : null;
  }

  isOpen(nowUs: number, promptTokens: number): boolean {
    const known = this.knownOnArrival(promptTokens);
    return known === 0 ? !this.counter.isReached(nowUs) : this.counter.fits(nowUs, known);
  }

  enter(nowUs: number, promptTokens: number): void {
    const known = this.knownOnArrival(promptTokens);
    if (known > 0) this.counter.charge(nowUs, known);
  }

  leave(nowUs: number, outputTokens: number): void {
    if (this.places !== null) this.places.release(this.weight);
    else if (this.chargesOutput === true) this.chargeLater(nowUs, outputTokens);
  }

  chargeLater(nowUs: number, tokens: number): void {
    if (tokens > 0) this.counter.charge(nowUs, tokens * this.weight);
  }

  /** How long until it would be let in; Infinity: nobody knows. */
  opensAfterUs(nowUs: number, promptTokens: number): number {
    return this.counter.fitsAtUs(nowUs, Math.max(this.weight, this.knownOnArrival(promptTokens))) - nowUs;
  }

  private knownOnArrival(promptTokens: number): number {
    return this.each + promptTokens * this.perPromptToken;
  }
}

/** What is charged when an attempt comes: for itself, and for each token of its prompt. */
function onArrival(unit: LimiterUnit, weight: number): readonly [each: number, perPromptToken: number] {
  switch (unit) {
    case 'requests':
    case 'concurrency':
      return [weight, 0];
    case 'tokens':
    case 'inputTokens':
      return [0, weight];
    case 'uncachedInputTokens':
    case 'outputTokens':
      return [0, 0];
  }
}

function isMeant(spec: LimiterSpec, who: Limited): boolean {
  if (spec.per.includes('account') && who.account === null) return false;
  if (spec.models !== null && !spec.models.includes(who.model)) return false;
  return spec.tiers === null ? !who.isExempt : spec.tiers.includes(who.tier);
}

function weightOf(spec: LimiterSpec, tier: string): number {
  return spec.weightByTier.find((entry) => entry.tier === tier)?.weight ?? 1;
}

/** Counts stay whole numbers, and so exact: fractional weights are counted in millionths. */
function scaleOf(spec: LimiterSpec): number {
  return spec.weightByTier.every(({ weight }) => Number.isInteger(weight)) ? 1 : 1_000_000;
}

function makeCounter(spec: LimiterSpec, startUs: number): Counter {
  const scale = scaleOf(spec);
  const limit = spec.limit * scale;
  const { window } = spec;
  if (window === null) return new Places(limit);
  switch (window.kind) {
    case 'sliding':
      return new SlidingWindow(limit, window.us);
    case 'fixed':
      return new FixedWindow(limit, window.us, startUs);
    case 'ramp':
      return new Ramp(limit, window.start * scale, window.growth, window.periodUs);
  }
}
