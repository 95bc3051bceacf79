import type { ProviderProfile } from './provider.js';

/**
 * Where figures of a profile come from: a document with its date, or nobody but us. `of` names them by their paths: a path
 * stands for all that begins with it; a step may be several with commas between them, or `*` for any.
 */
export interface Origin {
  readonly text: string;
  /** Of the document; of one without a date the day it was read, as `read 2026-11-21`. null: assumed, no source states it. */
  readonly date: string | null;
  /** Empty: what it states has no figure. */
  readonly of: readonly string[];
}

/** A document and the figures it stands for; `date` as `Origin` has it. */
export const source = (date: string, text: string, ...of: readonly string[]): Origin => ({ text, date, of });

/** What no document states, and the figures that were chosen so. */
export const assumed = (text: string, ...of: readonly string[]): Origin => ({ text, date: null, of });

/** The day on which documents without a date were read. */
export const READ = 'read 2026-11-21';

/** A profile as the catalogue has it. Where its figures come from changes no run, so a scenario goes without. */
export interface CatalogProfile extends ProviderProfile {
  /** Of several that name a figure the last decides. */
  readonly origins: readonly Origin[];
}

export interface ProfileFigure {
  /** Steps from the top: names, models, causes, keys. */
  readonly path: readonly string[];
  readonly value: FigureValue;
}

/**
 * What a provider could be asked to prove: every number, and all that is said in answers, bills and promises. The price of the
 * default tier is the price itself, not a multiple of it.
 */
export function figuresOf(profile: ProviderProfile): ProfileFigure[] {
  const { tiers, limiters, prices, clock, signal, answers, billing, sla, defaultTier } = profile;
  const words = leaves({ answers, billing, sla });
  const numbers = leaves({ tiers, limiters, prices, clock, signal }).filter(
    ({ path, value }) => typeof value === 'number' || path[2] === 'answers',
  );
  const unit = ['tiers', defaultTier, 'priceMultiplier'].join();
  return [...numbers, ...words].filter(({ path }) => path.join() !== unit);
}

/** Which of the origins decides; undefined: nothing is said of where the figure comes from. */
export function originOf(path: readonly string[], origins: readonly Origin[]): Origin | undefined {
  return origins.findLast(({ of }) => of.some((pattern) => covers(pattern, path)));
}

export function covers(pattern: string, path: readonly string[]): boolean {
  return pattern
    .split('/')
    .every((step, index) => index < path.length && (step === '*' || step.split(',').includes(path[index]!)));
}

export interface Traced {
  readonly origin: Origin;
  readonly figures: readonly ProfileFigure[];
}

/** Documents first, each with what it decides; one that lost all its figures to later ones is gone. */
export function figuresByOrigin(profile: CatalogProfile): Traced[] {
  const figures = figuresOf(profile).map((figure) => ({ figure, from: originOf(figure.path, profile.origins) }));
  return documentsFirst(profile.origins)
    .map((origin) => ({
      origin,
      figures: figures.flatMap(({ figure, from }) => (from === origin ? [figure] : [])),
    }))
    .filter((traced) => traced.origin.of.length === 0 || traced.figures.length > 0);
}

export const documentsFirst = (origins: readonly Origin[]): Origin[] => [
  ...origins.filter(({ date }) => date !== null),
  ...origins.filter(({ date }) => date === null),
];

type FigureValue = number | string | boolean;

function leaves(value: unknown, path: readonly string[] = []): ProfileFigure[] {
  if (value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => leaves(item, [...path, keyOf(item, index)]));
  if (typeof value === 'object') {
    return Object.entries(value as object).flatMap(([key, item]) => leaves(item, [...path, key]));
  }
  return [{ path, value: value as FigureValue }];
}

/** Entries of lists go by what they are of. */
function keyOf(item: unknown, index: number): string {
  const { name, model, tier } = Object(item) as { name?: string; model?: string; tier?: string | null };
  if (name !== undefined) return name;
  const words = [model, tier].filter((word) => typeof word === 'string');
  return words.length === 0 ? String(index) : words.join('@');
}
