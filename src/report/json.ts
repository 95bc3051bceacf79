import type { Summary } from '../sim/summary.js';
import { briefly, rounded } from './rounding.js';

/**
 * The summary as JSON: keys in the order of the Summary type, tiers and pools in their own order, two spaces of
 * indent. Characters that could steer a terminal are escaped, so that the text is safe to print.
 */
export function summaryJson(summary: Summary): string {
  const { schema, scenario, run, currency, costCurrency, tiers, total, pools, accounts, invoice, energy, series } =
    summary;
  const { sla, targets, warnings, notes, detail } = summary;
  const ordered = {
    schema,
    scenario,
    run,
    currency,
    costCurrency,
    tiers,
    total,
    pools,
    accounts,
    invoice,
    energy,
    sla,
    series: briefly(series),
    targets,
    warnings,
    notes,
    detail,
    ...(summary.rareSheds === undefined ? {} : { rareSheds: summary.rareSheds }),
    ...(summary.replications === undefined ? {} : { replications: summary.replications }),
  } satisfies Summary;
  return safeJson(ordered);
}

/** The summary with its numbers rounded as the JSON of it has them. */
export function compactSummary(summary: Summary): Summary {
  return JSON.parse(summaryJson(summary)) as Summary;
}

/** Any plain value as JSON with the same rounding, indent and escapes; lists of plain values stand on one line. */
export function safeJson(value: unknown): string {
  const whole = JSON.stringify(value, (_key, part: unknown) => (typeof part === 'number' ? rounded(part) : part), 2);
  const text = whole.replace(PLAIN_LIST, (list) =>
    list.replace(/\s*\n\s*/g, ' ').replace(/^\[ | \]$/g, (end) => end.trim()),
  );
  return text.replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Numbers, nulls and the like between brackets, one a line; a string in it would not match, so no text is changed. */
const PLAIN_LIST = /\[\n(?:\s*(?:-?\d[\d.e+-]*|null|true|false),?\n)+\s*\]/g;

/** Delete, the C1 controls and direction overrides; JSON itself escapes what is below the space. */
const UNSAFE = /[\u007f-\u009f\u200e\u200f\u061c\u2028-\u202e\u2066-\u2069]/g;
