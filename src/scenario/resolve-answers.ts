import { CAUSES, type Cause } from '../models/outcome.js';
import type { Answer, ProviderProfile, SentAnswer, TierProfile } from '../models/provider.js';
import { answer as newAnswer, sent } from '../models/providers/build.js';
import type { Collector } from './collector.js';
import * as say from './messages.js';
import type { AnswerInput, ProviderOverrides } from './schema-provider.js';

/** `answers` in full, `status` and `retryAfter` in short. */
export function mergeAnswers(
  base: ProviderProfile['answers'],
  input: ProviderOverrides,
  found: Collector,
): ProviderProfile['answers'] {
  const merged: Partial<Record<Cause, Answer>> = { ...base };
  const change = (cause: Cause, given: Partial<Answer>): void => {
    merged[cause] = { ...(merged[cause] ?? newAnswer(cause, { status: 0 })), ...given };
  };
  for (const [cause, status] of byCause(input.status, ['status'], found)) change(cause, { status });
  for (const [cause, retryAfterUs] of byCause(input.retryAfter, ['retryAfter'], found)) change(cause, { retryAfterUs });
  for (const [cause, given] of byCause(input.answers, ['answers'], found)) {
    change(cause, answerOf(given));
    checkRetryAfter(cause, given, ['answers'], found);
  }
  return merged;
}

/** Key by key over what this tier is told otherwise, and over what everybody is. */
export function mergeTierAnswers(
  tier: TierProfile,
  ofAll: ProviderProfile['answers'],
  { tiers = {} }: ProviderOverrides,
  found: Collector,
): TierProfile {
  const input = Object.hasOwn(tiers, tier.name) ? tiers[tier.name]!.answers : undefined;
  if (input === undefined) return tier;
  const answers: Partial<Record<Cause, SentAnswer>> = { ...tier.answers };
  const path = ['tiers', tier.name, 'answers'];
  for (const [cause, given] of byCause(input, path, found)) {
    answers[cause] = sent({ ...(answers[cause] ?? ofAll[cause] ?? { status: 0 }), ...answerOf(given) });
    checkRetryAfter(cause, given, path, found);
  }
  return { ...tier, answers };
}

/** Causes of which a limiter knows when they pass. */
const LIMITED: readonly Cause[] = ['rate_limited', 'quota_exhausted', 'ramp_limited'];

function checkRetryAfter(cause: Cause, { retryAfter }: AnswerInput, path: readonly string[], found: Collector): void {
  if (retryAfter !== 'until-room' || LIMITED.includes(cause)) return;
  found.add(['provider', ...path, cause, 'retryAfter'], say.notOneOf('until-room', ['a duration', 'none']));
}

function answerOf({ retryAfter, ...given }: AnswerInput): Partial<Answer> {
  const fields = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  if (retryAfter === undefined) return fields;
  return { ...fields, retryAfterUs: retryAfter === 'none' ? null : retryAfter };
}

function byCause<T>(
  input: Readonly<Record<string, T>> | undefined,
  path: readonly string[],
  found: Collector,
): readonly (readonly [Cause, T])[] {
  return Object.entries(input ?? {}).flatMap(([name, value]) => {
    const cause = CAUSES.find((known) => known === name);
    if (cause === undefined) found.add(['provider', ...path], say.unknownKey(name, CAUSES), name);
    return cause === undefined ? [] : [[cause, value] as const];
  });
}
