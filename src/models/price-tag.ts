import type { ClockRule, PriceRow, ProviderProfile, TokenPrices } from './provider.js';

/** Whole pico-units of the currency per token, everything in but fees. */
export interface TokenPrice extends TokenPrices {
  readonly imagePico: number;
}

/**
 * The prices of one model at one tier. In this order: the row (the tier's own, or the model's, or that of any model), its
 * step for long prompts, the tier's multiplier unless the row is the tier's own, the factor of the hour at which the
 * attempt was sent. Multiplied once and rounded once, to whole pico-units per token.
 */
export class PriceTag {
  private readonly rules: readonly ClockRule[];
  /** By rule, the last for when none matches. */
  private readonly short: readonly TokenPrice[];
  private readonly long: readonly TokenPrice[] | null;
  private readonly aboveTokens: number;

  /** null: the profile does not sell the model. */
  static of(profile: ProviderProfile, model: string, tier: string, startMs: number): PriceTag | null {
    const row = rowOf(profile.prices, model, tier);
    if (row === null) return null;
    const multiplier = row.tier === null ? multiplierOf(profile, model, tier) : 1;
    const rules = profile.clock.filter(({ models }) => models === null || models.includes(model));
    return new PriceTag(row, multiplier, rules, startMs);
  }

  private constructor(
    row: PriceRow,
    multiplier: number,
    rules: readonly ClockRule[],
    /** Milliseconds since the epoch at t = 0. */
    private readonly startMs: number,
  ) {
    const factors = [...rules.map(({ factor }) => factor), 1].map((factor) => factor * multiplier);
    const scaled = (prices: TokenPrices, image: number): readonly TokenPrice[] =>
      factors.map((factor) => ({
        inputPico: Math.round(prices.inputPico * factor),
        cachedPico: Math.round(prices.cachedPico * factor),
        outputPico: Math.round(prices.outputPico * factor),
        imagePico: Math.round(image * factor),
      }));
    this.rules = rules;
    this.short = scaled(row, row.imagePico ?? row.outputPico);
    const { longContext } = row;
    this.long = longContext === null ? null : scaled(longContext, row.imagePico ?? longContext.outputPico);
    this.aboveTokens = longContext?.aboveTokens ?? 0;
  }

  at(sentUs: number, promptTokens: number): TokenPrice {
    const prices = this.long !== null && promptTokens > this.aboveTokens ? this.long : this.short;
    return prices[this.rules.length === 0 ? 0 : this.ruleAt(sentUs)]!;
  }

  /** The most that any token can cost. */
  get dearestPico(): number {
    const all = [...this.short, ...(this.long ?? [])];
    return Math.max(...all.flatMap((price) => Object.values(price) as number[]));
  }

  /** The first rule that matches, or their number. */
  private ruleAt(sentUs: number): number {
    const nowUs = this.startMs * 1000 + sentUs;
    const day = Math.floor(nowUs / DAY_US);
    const timeUs = nowUs - day * DAY_US;
    const weekday = (((day + EPOCH_WEEKDAY) % 7) + 7) % 7;
    const index = this.rules.findIndex((rule) => holds(rule, weekday, timeUs));
    return index < 0 ? this.rules.length : index;
  }
}

/** Exact as long as it stays below 2^53, which the loader sees to. */
export function billPico(price: TokenPrice, uncached: number, cached: number, output: number, image = 0): number {
  return uncached * price.inputPico + cached * price.cachedPico + output * price.outputPico + image * price.imagePico;
}

function rowOf(rows: readonly PriceRow[], model: string, tier: string): PriceRow | null {
  const row = (name: string, of: string | null) => rows.find((one) => one.model === name && one.tier === of);
  return row(model, tier) ?? row(model, null) ?? row('*', tier) ?? row('*', null) ?? null;
}

function multiplierOf({ tiers }: ProviderProfile, model: string, name: string): number {
  const tier = tiers.find((one) => one.name === name);
  return tier?.priceByModel.find((one) => one.model === model)?.value ?? tier?.priceMultiplier ?? 1;
}

/** A rule that spans midnight belongs to the day on which it begins. */
function holds({ daysUtc, fromUs, toUs }: ClockRule, weekday: number, timeUs: number): boolean {
  if (fromUs < toUs) return daysUtc.includes(weekday) && timeUs >= fromUs && timeUs < toUs;
  if (timeUs >= fromUs) return daysUtc.includes(weekday);
  return timeUs < toUs && daysUtc.includes((weekday + 6) % 7);
}

const DAY_US = 86_400_000_000;
/** 1 January 1970 was a Thursday; 0 = Sunday. */
const EPOCH_WEEKDAY = 4;
