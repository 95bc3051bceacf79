import { assumed } from './provenance.js';
import type { Echo, Selector, WireApi, WireValue } from './wire.js';

export const OPENAI_APIS: readonly WireApi[] = ['chat', 'completions'];

export const OPENAI_REQUEST_ID = assumed('The id of a request is in x-request-id, as with OpenAI.', 'requestIdHeader');

type Where = Partial<Pick<Selector, 'apis' | 'endpoints'>>;
const EVERYWHERE = { apis: null, endpoints: null };

export const body = (name: string, values: readonly WireValue[], where: Where = {}): Selector => ({
  in: 'body',
  name,
  values,
  unknownValue: null,
  ...EVERYWHERE,
  ...where,
});

export const header = (name: string, values: readonly WireValue[], where: Where = {}): Selector => ({
  ...body(name, values, where),
  in: 'header',
});

export const same = (...tiers: readonly string[]): WireValue[] => tiers.map((tier) => ({ value: tier, tier }));
export const standardAs = (...values: readonly string[]): WireValue[] => values.map((value) => ({ value, tier: null }));

export const topLevel = (apis: readonly WireApi[], values: Echo['values'], whenUnasked: boolean): Echo => ({
  in: 'body',
  name: 'service_tier',
  apis,
  endpoints: null,
  values,
  whenUnasked,
});

const echoed = (...tiers: readonly string[]): Echo['values'] => tiers.map((tier) => ({ value: tier, tier }));

/** The tiers by their names, the standard one as `default`. */
export const echoedAsDefault = (...others: readonly string[]): Echo['values'] => [
  ...echoed(...others),
  { value: 'default', tier: 'standard' },
];

export const GOOGLE_TIERS: readonly WireValue[] = [
  ...same('priority', 'flex'),
  ...standardAs('default', 'auto', 'standard'),
];

export const VERTEX_HEADER = 'X-Vertex-AI-LLM-Shared-Request-Type';

/** Vertex says in the usage how a request was served, */
export const trafficTypeEcho = (endpoints: Echo['endpoints'] = null): Echo => ({
  in: 'body',
  name: 'usageMetadata.trafficType',
  apis: ['generateContent'],
  endpoints,
  values: [
    { value: 'ON_DEMAND_PRIORITY', tier: 'priority' },
    { value: 'ON_DEMAND_FLEX', tier: 'flex' },
    { value: 'ON_DEMAND', tier: 'standard' },
  ],
  whenUnasked: true,
});

/** and the Gemini API in a header, as in its usage. */
export const geminiHeaderEcho = (apis: readonly WireApi[], endpoints: Echo['endpoints'] = null): Echo => ({
  ...geminiUsageEcho(),
  in: 'header',
  name: 'x-gemini-service-tier',
  apis,
  endpoints,
});

export const geminiUsageEcho = (): Echo => ({
  in: 'body',
  name: 'usageMetadata.serviceTier',
  apis: ['generateContent'],
  endpoints: null,
  values: echoed('priority', 'flex', 'standard'),
  whenUnasked: true,
});
