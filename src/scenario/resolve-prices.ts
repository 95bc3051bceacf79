import type { ClockRule, PriceRow, TokenPrices } from '../models/provider.js';
import type { Money } from '../models/units.js';
import { canonicalModel } from './catalogue.js';
import type { Collector } from './collector.js';
import * as say from './messages.js';
import { type ClockInput, dayNumber, type PriceInput, type PricesInput } from './schema-provider.js';

type Path = readonly PropertyKey[];

/** Rows given for a model replace every row that the profile has for it. */
export function mergePrices(
  base: readonly PriceRow[],
  input: Readonly<Record<string, PricesInput>>,
  currency: string,
  found: Collector,
): readonly PriceRow[] {
  const models = Object.keys(input).map(canonicalModel);
  const rows = base.filter((row) => !models.includes(row.model));
  for (const [name, { tiers, ...price }] of Object.entries(input)) {
    const path = ['provider', 'prices', name];
    const model = canonicalModel(name);
    rows.push(...priceRow(model, null, price, path, currency, found));
    for (const [tier, ofTier] of Object.entries(tiers ?? {})) {
      rows.push(...priceRow(model, tier, ofTier, [...path, 'tiers', tier], currency, found));
    }
  }
  return rows;
}

export function resolveClock(input: readonly ClockInput[]): readonly ClockRule[] {
  return input.map(({ factor, models, days, from, to }) => ({
    factor,
    models: models?.map(canonicalModel) ?? null,
    daysUtc: days?.map(dayNumber) ?? [0, 1, 2, 3, 4, 5, 6],
    fromUs: from,
    toUs: to,
  }));
}

/** One row, or none after a problem was reported. */
function priceRow(
  model: string,
  tier: string | null,
  input: PriceInput,
  path: Path,
  currency: string,
  found: Collector,
): readonly PriceRow[] {
  const { image, longContext } = input;
  const prices = tokenPrices(input, path, currency, found);
  const imagePico = image === undefined ? null : picoPerToken(image, currency, [...path, 'image'], found);
  const long = longContext === undefined ? null : tokenPrices(longContext, [...path, 'longContext'], currency, found);
  if (prices === null) return [];
  const step = long === null || longContext === undefined ? null : { aboveTokens: longContext.above, ...long };
  return [{ model, tier, ...prices, imagePico, longContext: step }];
}

function tokenPrices(
  input: Pick<PriceInput, 'input' | 'cached' | 'output'>,
  path: Path,
  currency: string,
  found: Collector,
): TokenPrices | null {
  const inputPico = picoPerToken(input.input, currency, [...path, 'input'], found);
  const cachedPico = picoPerToken(input.cached ?? input.input, currency, [...path, 'cached'], found);
  const outputPico = picoPerToken(input.output, currency, [...path, 'output'], found);
  if (inputPico === null || cachedPico === null || outputPico === null) return null;
  return { inputPico, cachedPico, outputPico };
}

/** Whole pico-units per token from a price per million tokens; null after a problem was reported. */
function picoPerToken(price: Money, currency: string, path: Path, found: Collector): number | null {
  if (price.currency !== null && price.currency !== currency)
    found.add(path, say.wrongCurrency(price.currency, currency));
  else if (price.pico % 1_000_000n !== 0n)
    found.add(path, say.impossible('a price per million tokens has at most six decimals'));
  else return Number(price.pico / 1_000_000n);
  return null;
}
