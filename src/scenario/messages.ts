import { nearestNames } from './problem.js';

/**
 * Everything a problem says to the user, one builder a code, so that the wording is read in one place.
 * Codes are stable: S00x the text, S01x the shape, S02x names, S03x values, S04x targets, S05x options and events,
 * S1xx warnings.
 */
export interface Message {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly found?: string;
  readonly allowed?: readonly string[];
  readonly hint?: string;
}

type Extra = Pick<Message, 'found' | 'allowed' | 'hint'>;

// The text.

export const syntax = (reason: string): Message => error('S001', `not readable as YAML: ${reason}`);

export const notAMapping = (found: string): Message =>
  error('S002', `a scenario is a mapping of blocks, found ${found}`, {
    hint: 'three blocks make a complete file: provider, fleet, traffic',
  });

export const manyDocuments = (): Message =>
  error('S002', 'a file holds one scenario, a second YAML document starts here', { hint: 'remove the line "---"' });

export const keyTwice = (): Message => error('S003', 'this key stands here for the second time');

export const keyRefused = (name: string | null): Message =>
  error('S004', name ? `"${name}" cannot be a key` : 'a key must be a word', {
    hint: 'keys are plain names such as fleet or llama-3.1-8b',
  });

export const aliasUnknown = (name: string, recursive: boolean): Message =>
  error('S005', recursive ? `the alias *${name} contains itself` : `no anchor &${name} stands before this alias`);

export const tooLarge = (): Message =>
  error('S006', 'the text is too large or nested too deeply for a scenario', {
    hint: 'at most a million characters, 50,000 values with aliases written out, 100,000 lines and marks, 64 levels',
  });

export const manyMore = (count: number): Message => error('S007', `and ${count} more problems, which are not listed`);

// The shape.

export const unknownKey = (key: string, allowed: readonly string[]): Message =>
  error('S010', `unknown key "${key}"`, { found: key, allowed, ...didYouMean(key, allowed) });

export const missingKey = (key: string, what: string): Message =>
  error('S011', `"${key}" is missing${what === '' ? '' : `: ${what}`}`);

export const wrongType = (expected: string, found: string): Message =>
  error('S012', `expected ${expected}, found ${found}`, { found, allowed: [expected] });

export const notOneOf = (found: string, allowed: readonly string[]): Message =>
  error('S013', `${quote(found)} is not known here`, { found, allowed, ...didYouMean(found, allowed) });

export const badQuantity = (reason: string, found: string): Message => error('S014', reason, { found });

export const outOfRange = (bound: string, found: string): Message =>
  error('S015', `${found} is out of range`, { found, allowed: [bound] });

export const unknownForm = (key: string, allowed: readonly string[], what: string): Message =>
  error('S016', `"${key}" is no form of ${what}`, { found: key, allowed, ...didYouMean(key, allowed) });

export const emptyList = (what: string): Message => error('S017', `the list is empty: ${what}`);

// Names.

type NamedThing =
  | 'provider'
  | 'endpoint'
  | 'hardware class'
  | 'model'
  | 'tier'
  | 'account'
  | 'client'
  | 'pool'
  | 'router'
  | 'limiter';

const NAME_CODES: Readonly<Record<NamedThing, string>> = {
  provider: 'S020',
  endpoint: 'S021',
  'hardware class': 'S022',
  model: 'S023',
  tier: 'S024',
  account: 'S025',
  client: 'S026',
  pool: 'S027',
  router: 'S028',
  limiter: 'S060',
};

export const unknownName = (what: NamedThing, found: string, allowed: readonly string[], hint?: string): Message =>
  error(NAME_CODES[what], `unknown ${what} "${found}"`, {
    found,
    ...(allowed.length === 0 ? { hint: `no ${what} is named in this file` } : { allowed }),
    ...(hint === undefined ? didYouMean(found, allowed) : { hint }),
  });

export const nameTwice = (what: string, name: string): Message =>
  error('S029', `a second ${what} is called "${name}"`, { found: name, hint: 'give each its own name' });

// Values.

export const modelNotServed = (model: string, served: readonly string[]): Message =>
  error('S030', `no pool of the fleet serves "${model}"`, {
    found: model,
    allowed: served,
    hint:
      nearestNames(model, served).length > 0
        ? (didYouMean(model, served).hint ?? '')
        : `add a pool with model: ${model}`,
  });

export const sharesNotWhole = (sum: string): Message =>
  error('S031', `the shares of the tiers add up to ${sum}, not to 100%`);

export const warmupTooLong = (warmup: string, duration: string): Message =>
  error('S032', `the warm-up of ${warmup} leaves nothing of the duration of ${duration}`);

export const notAscending = (): Message => error('S033', 'the points must go forward in time, this one does not');

export const lognormalImpossible = (mean: number, p95: number): Message =>
  error('S034', `no log-normal distribution has mean ${mean} and p95 ${p95}`, {
    allowed: ['a p95 between 1 and 3.868 times the mean'],
  });

export const poolRefused = (field: string, reason: string, hint: string | undefined): Message =>
  error('S035', reason, { found: field, ...(hint === undefined ? {} : { hint }) });

export const contradiction = (reason: string, hint?: string): Message =>
  error('S036', reason, hint === undefined ? {} : { hint });

export const impossible = (reason: string, hint?: string): Message =>
  error('S037', reason, hint === undefined ? {} : { hint });

export const wrongCurrency = (found: string, wanted: string): Message =>
  error('S038', `${found} where this profile counts in ${wanted}`, { found, allowed: [wanted] });

export const needed = (what: string, hint: string): Message => error('S039', `${what} is missing`, { hint });

// Targets.

export const targetUnreadable = (text: string): Message =>
  error('S040', `${quote(text)} is not a target`, {
    found: text,
    allowed: ['TIER.METRIC < BOUND, or LOW < TIER.METRIC < HIGH'],
    hint: 'for example priority.ttft.p95 < 500ms, 0.05% < standard.shedRate < 0.12%, total.usdPerMTok < $0.40',
  });

export const unknownMetric = (found: string, reason: string, allowed: readonly string[]): Message =>
  error('S041', reason, { found, allowed, ...didYouMean(found, allowed) });

export const unknownScope = (found: string, allowed: readonly string[]): Message =>
  error('S042', `a target speaks of a tier or of total, not of "${found}"`, {
    found,
    allowed,
    ...didYouMean(found, allowed),
  });

export const notByServedTier = (metric: string, allowed: readonly string[]): Message =>
  error('S043', `${metric} is known by the tier asked for only`, { found: metric, allowed });

export const boundUnreadable = (reason: string, found: string): Message => error('S044', reason, { found });

export const boundsEmpty = (text: string): Message =>
  error('S045', `nothing lies between the bounds of ${quote(text)}`, { found: text });

export const emptySample = (text: string, reason: string): Message =>
  warning('S046', `${quote(text)} has nothing to judge and will be missed: ${reason}`, {
    hint: 'name a tier and a figure that the traffic brings about, or drop the target',
  });

// Options and events.

export const optionUnreadable = (text: string): Message =>
  error('S050', `${quote(text)} is not an override`, {
    found: text,
    allowed: ['PATH=VALUE, such as fleet.llama.nodes=6'],
  });

export const unknownPath = (found: string, known: readonly string[]): Message =>
  error('S051', found === '' ? 'a name is missing in the path' : `the path leads nowhere at "${found}"`, {
    found,
    ...(known.length === 0 ? {} : { allowed: [...new Set(known)] }),
    ...didYouMean(found, known),
  });

export const eventNotPossible = (path: string): Message =>
  error('S052', `an event cannot change "${path}" in this version`, {
    found: path,
    allowed: [
      ...['nodes', 'down', 'slow.nodes', 'slow.factor'].map((key) => `fleet.POOL.${key}`),
      'provider.models.MODEL.TIER',
    ],
  });

export const nothingToMultiply = (path: string): Message =>
  error('S053', `there is nothing to multiply: the file does not say ${path}`, {
    hint: 'give a value instead of a factor',
  });

export const notMultipliable = (reason: string): Message =>
  error('S054', `it cannot be multiplied: ${reason}`, {
    hint: 'xN multiplies a number, a quantity such as 40/s or $2.50, or the rates of arrivals',
  });

// Warnings.

export const poolIdle = (pool: string): Message =>
  warning('S102', `no traffic class asks for a model of the pool "${pool}": it only costs`);

export const eventTooLate = (at: string, duration: string): Message =>
  warning('S103', `the event at ${at} lies beyond the duration of ${duration} and never happens`);

export const noPrice = (model: string, provider: string): Message =>
  warning('S104', `the profile ${provider} has no price for "${model}": nothing is billed for it`, {
    hint: `add provider: {extends: ${provider}, prices: {${model}: {input: $1, output: $2}}}`,
  });

export const noPriceAtTier = (model: string, tier: string, provider: string): Message =>
  warning('S104', `the profile ${provider} has no price for "${model}" as ${tier}: nothing is billed for it there`, {
    hint: `give the model's own price beside that of single tiers`,
  });

export const limitOfZero = (limit: string): Message =>
  warning('S110', `the limit ${limit} of 0 lets nothing in`, { hint: 'none lifts a limit' });

export const neverEscalates = (asked: readonly string[], ladder: readonly string[]): Message =>
  contradiction(
    `client.escalate begins nowhere: no tier of this class is in it (${asked.join(', ')})`,
    `name one of ${ladder.join(', ')}, or leave tier out to begin with ${ladder[0]}`,
  );

export const withoutRetries = (key: string): Message =>
  warning('S105', `${key} has no effect: the client never tries again`, {
    hint: 'say retries: 2, or extend a client that retries',
  });

export const nothingToFill = (): Message =>
  warning('S106', 'no traffic class has a sharedPrefix: there is nothing to fill the caches with', {
    hint: 'give a class sharedPrefix: 50%, or leave cacheFill out',
  });

export const accountIdle = (account: string): Message =>
  warning('S111', `no traffic class belongs to the account "${account}"`, {
    hint: `give a class account: ${account}`,
  });

export const tierNotServed = (tier: string, model: string): Message =>
  warning('S112', `no pool serves "${model}" in the tier "${tier}": every request for it is refused`, {
    hint: "look at the pools' tiers, tierWeights and path",
  });

export const thresholdsInverted = (urgent: string, other: string): Message =>
  warning('S113', `${urgent} is more urgent than ${other} and is turned away earlier`, {
    hint: `raise the threshold of ${urgent}, or lower that of ${other}`,
  });

export const overloaded = (pool: string, use: string, arithmetic: string): Message =>
  warning('S114', `the pool "${pool}" is offered ${use} of what it can take: ${arithmetic}`, {
    hint: 'more nodes or a lower rate; retries come on top, a prefix cache full of shared prompts is counted in',
  });

export const neverHasNode = (pool: string): Message =>
  warning('S115', `the pool "${pool}" never has a node: what only it could serve fails`, {
    hint: 'give it nodes, an autoscaler with min: 0, or an event that sets its nodes',
  });

export const neverTakes = (pool: string, from: string, reason: string, hint: string): Message =>
  warning('S116', `the pool "${pool}" never takes a node from "${from}": ${reason}`, { hint });

export const clockAllDay = (): Message =>
  warning('S117', 'a price factor from one time of day to the same holds all day', {
    hint: 'from: 0h, to: 24h says that, if it is meant',
  });

function error(code: string, message: string, extra: Extra = {}): Message {
  return { code, severity: 'error', message, ...extra };
}

function warning(code: string, message: string, extra: Extra = {}): Message {
  return { code, severity: 'warning', message, ...extra };
}

function didYouMean(found: string, known: readonly string[]): { hint?: string } {
  const near = nearestNames(found, known);
  return near.length === 0 ? {} : { hint: `did you mean ${near.map(quote).join(' or ')}?` };
}

function quote(text: string): string {
  return `"${text}"`;
}
