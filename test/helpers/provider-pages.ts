import type { Cause } from '../../src/models/outcome.js';
import { type CatalogProfile, figuresByOrigin, type Traced } from '../../src/models/provenance.js';
import type {
  Admission,
  Eviction,
  Hold,
  LimiterSpec,
  OnNoCapacity,
  PriceRow,
  ProviderProfile,
  SentAnswer,
  SupportRule,
  TierProfile,
} from '../../src/models/provider.js';
import { PROVIDERS } from '../../src/models/providers.js';
import { formatCount, formatDurationUs } from '../../src/models/units.js';
import type { WireProfile, WireValue } from '../../src/models/wire.js';
import { findWire } from '../../src/models/wires.js';
import { figureText, originText } from '../../src/report/origin-text.js';

/** Which page of docs/providers describes a profile: that of its name without the date; Google's two share one. */
export function pageOf(id: string): string {
  const [name = ''] = id.split('@');
  return name === 'gemini' || name === 'vertex' ? 'google' : name;
}

export const PAGES: readonly string[] = [...new Set(PROVIDERS.map(({ id }) => pageOf(id)))];

/** What a profile says, in full: the part of its page that a program writes. */
export function profileReference(profile: CatalogProfile): string {
  const wire = findWire(profile.id);
  const traced = tracedOf(profile);
  return [
    `As of ${profile.asOf}; prices in ${profile.currency}; a request that names no tier is ${profile.defaultTier}.`,
    table(['tier', 'rank', 'price', 'turned away', 'held back', 'makes room'], profile.tiers.map(tierRow)),
    table(['price per million', 'tier', 'input', 'cached', 'output'], profile.prices.flatMap(priceRows)),
    profile.limiters.length === 0
      ? 'No limits.'
      : table(['limit', 'of', 'counted by', 'beyond it'], profile.limiters.map(limiterRow)),
    ...(profile.support.length === 0
      ? []
      : [table(['where', 'tier', 'what happens'], profile.support.map(supportRow))]),
    table(['cause', 'answer', 'retry', 'counts against availability'], answerRows(profile)),
    ...(wire === undefined ? [] : [wireText(wire)]),
    `Sources, and the figures they stand for:\n\n${list(traced.filter(({ origin }) => origin.date !== null))}`,
    `Assumed:\n\n${list(traced.filter(({ origin }) => origin.date === null))}`,
    '',
  ].join('\n\n');
}

/** Of the contract and of how it looks on the wire. */
export const tracedOf = (profile: CatalogProfile): Traced[] => [
  ...figuresByOrigin(profile),
  ...(findWire(profile.id)?.origins ?? []).map((origin) => ({ origin, figures: [] })),
];

/** The table of docs/providers/README.md. */
export function profileIndex(): string {
  const rows = PROVIDERS.map((profile) => {
    const { id, asOf, tiers } = profile;
    return [
      `\`${id}\``,
      `[${pageOf(id)}.md](${pageOf(id)}.md)`,
      asOf,
      tiers.map(({ name }) => name).join(', '),
      String(tracedOf(profile).filter(({ origin }) => origin.date === null).length),
    ];
  });
  return `${table(['profile', 'page', 'as of', 'tiers', 'assumptions'], rows)}\n`;
}

function tierRow(tier: TierProfile): string[] {
  return [
    tier.name,
    String(tier.rank),
    [
      `${tier.priceMultiplier}×`,
      ...tier.priceByModel.map(({ model, value }) => `${model} ${value}×`),
      ...(tier.path === 'fast' ? ['pools of the fast path'] : []),
    ].join(', '),
    admissionText(tier.admission, tier.onNoCapacity),
    tier.hold === null ? '' : holdText(tier.hold),
    tier.eviction === null ? '' : evictionText(tier.eviction),
  ].map((text, index) => (index === 0 && tier.limits === 'exempt' ? `${text}, exempt from limits` : text));
}

function admissionText(admission: Admission, onNoCapacity: OnNoCapacity): string {
  if (admission.kind === 'none') return 'never';
  return `${signalText(admission)}${capacityText(onNoCapacity)}`;
}

function signalText(admission: Exclude<Admission, { kind: 'none' }>): string {
  switch (admission.kind) {
    case 'predicted-ttft':
      return `predicted TTFT above ${formatDurationUs(admission.shedAboveUs)}`;
    case 'queue-depth':
      return `more than ${admission.shedAbove} at its node`;
    case 'kv-pressure':
      return `KV use above ${percent(admission.shedAbove)}`;
    case 'vllm-queue-caps':
      return `more than ${admission.requests ?? 'any'} requests or ${admission.tokens ?? 'any'} tokens waiting`;
    case 'holdback':
      return `the last ${percent(admission.share)} of a node`;
  }
}

function capacityText(onNoCapacity: OnNoCapacity): string {
  if (onNoCapacity.do === 'downgrade') return `, then served as ${onNoCapacity.to}`;
  return onNoCapacity.do === 'wait' ? ', then it waits' : '';
}

function holdText({ maxWaitUs, dispatchAtPressure, asynchronous }: Hold): string {
  const kind = asynchronous ? ', asynchronous' : '';
  return `until the pool is at most ${percent(dispatchAtPressure)} full, ${formatDurationUs(maxWaitUs)} at most${kind}`;
}

function evictionText({ by, when, outcome }: Eviction): string {
  const until = when === 'any-time' ? 'at any time' : 'before its first token';
  return `for ${by.join(', ')} ${until}; ${outcome === 'requeue' ? 'goes back to its place' : 'ends'}`;
}

function priceRows(row: PriceRow): string[][] {
  const { model, tier, inputPico, cachedPico, outputPico, imagePico, longContext } = row;
  const image = imagePico === null ? '' : `, image ${money(imagePico)}`;
  return [
    [model === '*' ? 'any other' : model, tier ?? 'times the multiplier', money(inputPico), money(cachedPico)].concat(
      `${money(outputPico)}${image}`,
    ),
    ...(longContext === null
      ? []
      : [
          [
            `prompt above ${formatCount(longContext.aboveTokens)} tokens`,
            '',
            money(longContext.inputPico),
            money(longContext.cachedPico),
            money(longContext.outputPico),
          ],
        ]),
  ];
}

function limiterRow(limiter: LimiterSpec): string[] {
  const { limit, unit, window, per, tiers, models, weightByTier, action, cause } = limiter;
  const where = [...(tiers ?? ['all tiers']), ...(models ?? []), ...weightByTier.map((w) => `${w.tier} ×${w.weight}`)];
  const by = per.length === 0 ? 'everyone together' : `each ${per.join(' and ')}`;
  const amount =
    window === null
      ? `${formatCount(limit)} at a time`
      : window.kind === 'ramp'
        ? `starts at ${formatCount(window.start)} a minute, may rise by ${percent(window.growth)} in ${formatDurationUs(window.periodUs)}${limit === 0 ? '' : `, ${formatCount(limit)} always allowed`}`
        : `${formatCount(limit)} a ${formatDurationUs(window.us)} (${window.kind})`;
  const beyond = action.do === 'downgrade' ? `served as ${action.to}` : cause;
  return [limiter.name, `${UNITS[unit]}: ${amount}`, `${by}; ${where.join(', ')}`, beyond];
}

const UNITS: Readonly<Record<LimiterSpec['unit'], string>> = {
  requests: 'requests',
  tokens: 'tokens',
  inputTokens: 'prompt tokens',
  uncachedInputTokens: 'uncached prompt tokens',
  outputTokens: 'generated tokens',
  concurrency: 'requests under way',
};

function supportRow({ tier, model, api, endpoint, engineTierSupport, answer }: SupportRule): string[] {
  const engine = engineTierSupport === null ? null : `engines whose support is "${engineTierSupport}"`;
  const where = [model, api, endpoint, engine].filter((part) => part !== null);
  return [where.length === 0 ? 'everywhere' : where.join(', '), tier, SUPPORT[answer]];
}

const SUPPORT: Readonly<Record<SupportRule['answer'], string>> = {
  honour: 'honoured',
  'bill-only': 'queued as the default tier, billed and echoed as asked',
  downgrade: 'served, billed and echoed as the default tier',
  ignore: 'served and billed as the default tier, nothing echoed',
  refuse: 'refused: unsupported_tier',
  forbid: 'refused: forbidden_tier',
};

function answerRows({ answers, tiers }: ProviderProfile): string[][] {
  return Object.entries(answers).flatMap(([cause, answer]) => [
    [cause, sentText(answer), retryText(answer), answer.slaCounted ? 'yes' : 'no'],
    ...tiers.flatMap((tier) => {
      const own = tier.answers[cause as Cause];
      return own === undefined ? [] : [[`${cause}, to ${tier.name}`, sentText(own), retryText(own), '']];
    }),
  ]);
}

const sentText = ({ status, type, code, message }: SentAnswer): string =>
  [status, type, code, message].filter((part) => part !== null).join(' ');

function retryText({ retryAfterUs, shouldRetry }: SentAnswer): string {
  const after =
    retryAfterUs === null
      ? []
      : [`Retry-After ${retryAfterUs === 'until-room' ? 'until there is room' : formatDurationUs(retryAfterUs)}`];
  const should = shouldRetry === null ? [] : [`x-should-retry: ${shouldRetry}`];
  return [...after, ...should].join(', ');
}

function wireText(wire: WireProfile): string {
  const selectors = wire.selectors.map(
    ({ in: place, name, values }) => `${place} \`${name}\` (${values.map(valueText).join(', ')})`,
  );
  const echoes = wire.echoes.map(({ in: place, name }) => `${place} \`${name}\``);
  const aliases = wire.aliases.map(({ id, model, path }) => `\`${id}\` is ${model} on the ${path} path`);
  return [
    `Asked for by ${selectors.join('; ')}${aliases.length === 0 ? '' : `; ${aliases.join('; ')}`}.`,
    `An unknown value ${wire.unknownValue === 'refuse' ? 'is refused' : 'counts as absent'}.`,
    echoes.length === 0 ? 'The tier served is not said.' : `The tier served is said in ${echoes.join(', ')}.`,
  ].join(' ');
}

const valueText = ({ value, tier }: WireValue): string =>
  tier === null || tier === value ? value : `${value}: ${tier}`;

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;
const money = (pico: number): string => String(pico / 1_000_000);
const list = (traced: readonly Traced[]): string =>
  traced
    .map(({ origin, figures }) => [`- ${originText(origin)}`, ...(figures.length === 0 ? [] : [figureText(figures)])])
    .map((parts) => parts.join('\n  — '))
    .join('\n');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}
