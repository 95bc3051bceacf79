import type { Origin } from './provenance.js';

/**
 * How a provider's contract looks on the wire, as plain data: where a request asks for a tier, where the answer says which
 * tier served it, and what an error looks like. `sim/gateway/wire-*.ts` read and write by it.
 */
export interface WireProfile {
  readonly provider: string;
  /** Their paths are keys of this profile. */
  readonly origins: readonly Origin[];
  readonly apis: readonly WireApi[];
  /** Where a request names its tier, looked at in this order; the first that is there decides. */
  readonly selectors: readonly Selector[];
  /** Model ids that stand for another model on a path of its own. */
  readonly aliases: readonly ModelAlias[];
  /** A tier value that no selector knows: taken as if it were absent, or refused. */
  readonly unknownValue: 'ignore' | 'refuse';
  /** An aliased model together with a tier other than the default; null: nothing excludes it. */
  readonly stackConflict: 'refuse' | 'ignore-tier' | null;
  /** Where the served tier stands in an answer; empty: it is not said anywhere. */
  readonly echoes: readonly Echo[];
  readonly errors: ErrorShape;
  /** Name of the response header with the request's id. */
  readonly requestIdHeader: string;
}

export const WIRE_APIS = [
  'chat',
  'completions',
  'responses',
  'messages',
  'generateContent',
  'converse',
  'invokeModel',
] as const;
/** The request and answer shapes: three of OpenAI, one of Anthropic, one of Google, two of Amazon. */
export type WireApi = (typeof WIRE_APIS)[number];

/** A body field by its path, or a header; header names are compared without regard to case. */
export interface Selector {
  readonly in: 'body' | 'header';
  readonly name: string;
  /** APIs that have it; null: all of the profile's. */
  readonly apis: readonly WireApi[] | null;
  /** Surfaces that read it; null: all of the profile's. */
  readonly endpoints: readonly string[] | null;
  readonly values: readonly WireValue[];
  /** Answers this when its value is unknown; null: as the profile says. */
  readonly unknownValue: 'ignore' | 'refuse' | null;
}

/** `tier` null: the default, whatever that is. */
export interface WireValue {
  readonly value: string;
  readonly tier: string | null;
}

export interface ModelAlias {
  readonly id: string;
  readonly model: string;
  readonly path: 'fast';
}

export interface Echo {
  readonly in: 'body' | 'header';
  /** A path such as `usageMetadata.trafficType`, or a header's name. */
  readonly name: string;
  readonly apis: readonly WireApi[];
  /** Surfaces that say it; null: all of the profile's. */
  readonly endpoints: readonly string[] | null;
  readonly values: readonly { readonly value: string; readonly tier: string }[];
  /** Is it there when the request named no tier? */
  readonly whenUnasked: boolean;
}

export type ErrorShape = 'openai' | 'message-only' | 'anthropic' | 'google' | 'aws';
