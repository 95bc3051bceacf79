import { z } from 'zod';
import { hardwareClass, llm } from './schema-catalogue.js';
import { energy, event, exchangeRates, gateway, initial, pool } from './schema-fleet.js';
import { byName, duration, wholeFrom } from './schema-kit.js';
import { provider } from './schema-provider.js';
import { account, trafficClass } from './schema-traffic.js';

/** The whole vocabulary of a scenario file: one definition for checking, for defaults and for the JSON Schema. */
export const scenarioSchema = z.strictObject({
  about: z.string().default('').describe('The question this scenario answers, one line; shown on top of every report.'),
  seed: z
    .union([z.int(), z.string()], { error: () => 'a whole number or a text' })
    .default(1)
    .describe('Every random stream is derived from it.'),
  start: z
    .string()
    .default('2026-06-01T00:00Z')
    .describe('The simulated instant of t = 0, such as 2026-06-01T00:00Z; daily curves and clock prices follow it.'),
  duration: duration.prefault('10m').describe('Simulated time.'),
  warmup: duration.prefault('0s').describe('What first arrives in it is simulated but not counted.'),
  drain: z.boolean().default(false).describe('Whether attempts in flight at the end may finish, without new arrivals.'),
  initial: initial.optional().describe('Starting state. Default: empty queues, cold caches, all nodes up.'),
  replications: wholeFrom(1, 10_000).default(1).describe('How many runs; figures are then means with 95 % intervals.'),
  provider: provider.describe('A profile by name, or a mapping with extends and overrides.'),
  fx: exchangeRates.optional().describe("What one unit of another currency is worth in the profile's."),
  energy: energy.optional().describe('What energy costs the provider. Default: $0.10 per kWh, a PUE of 1.2; assumed.'),
  hardware: byName(hardwareClass).optional().describe('Own hardware classes beside the catalogue.'),
  models: byName(llm).optional().describe('Own language models beside the catalogue.'),
  fleet: z.array(pool).min(1).describe('Pools of nodes.'),
  gateway: gateway.optional().describe("How requests reach the nodes. Default: as the provider's profile says."),
  accounts: z.array(account).optional().describe('Named accounts with limits.'),
  traffic: z.array(trafficClass).min(1).describe('Classes of requests.'),
  events: z.array(event).optional().describe('What changes during the run.'),
  targets: z
    .array(z.string())
    .optional()
    .describe('Lines that must hold, such as priority.ttft.p95 < 500ms; a missed one ends with exit code 99.'),
});

/** JSON Schema of what may be written, draft-7, for completion and hover in editors. */
export function scenarioJsonSchema(): JsonSchema {
  return z.toJSONSchema(scenarioSchema, { target: 'draft-7', io: 'input' }) as JsonSchema;
}

/** As much of JSON Schema as our definition gives rise to. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema | readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
}
