import { type ClientPolicy, UNLIMITED_RETRIES } from './scenario.js';

const MILLISECOND = 1_000;
const SECOND = 1_000_000;
const MINUTE = 60_000_000;

/** A client that never tries again and never leaves; what every other policy starts from. */
const NONE: ClientPolicy = {
  name: 'none',
  retries: 0,
  retryForUs: null,
  backoff: { growth: 'exponential', baseUs: 0, factor: 1, extraUs: 0, maxUs: 0, jitter: 0 },
  retryOn: [],
  retryOnServerErrors: false,
  retryAfterMaxUs: 0,
  retryAfterBeyond: 'compute',
  timeoutUs: null,
  patienceUs: null,
  abortLagUs: 0,
};

/** Common to the SDKs of OpenAI and Anthropic: min(0.5 * 2^n, 8) s, shortened at random by up to a quarter. */
const SDK: ClientPolicy = {
  ...NONE,
  retries: 2,
  backoff: { ...NONE.backoff, baseUs: 500 * MILLISECOND, factor: 2, maxUs: 8 * SECOND, jitter: 0.25 },
  // 0: their own timeouts and lost connections are retried too.
  retryOn: [0, 408, 409, 429],
  retryOnServerErrors: true,
  timeoutUs: 10 * MINUTE,
};

/** The clients a scenario can name, read from the source of the libraries. */
const CLIENTS: readonly ClientPolicy[] = [
  NONE,
  // openai/openai-node 7.5.0, src/client.ts: hints up to 60 s are obeyed, longer ones replaced by the computed wait.
  { ...SDK, name: 'openai-node', retryAfterMaxUs: MINUTE },
  // openai/openai-python 3.3.1, _base_client.py: obeys hints up to 120 s; a longer one ends the retries.
  { ...SDK, name: 'openai-python', retryAfterMaxUs: 2 * MINUTE, retryAfterBeyond: 'give-up' },
  // anthropics/anthropic-sdk-typescript 0.120.0, src/client.ts: any hint is obeyed.
  { ...SDK, name: 'anthropic', retryAfterMaxUs: Number.MAX_SAFE_INTEGER },
  // @openrouter/sdk 1.3.19 (chat), src/lib/retries.ts: 5XX only; 500 * n^1.5 + U(0, 1000) ms, where the first wait has
  // n = 0; waits and hints cut to 60 s; no limit by count, none begun after an hour. No timeout of its own.
  {
    ...NONE,
    name: 'openrouter',
    retries: UNLIMITED_RETRIES,
    retryForUs: 60 * MINUTE,
    backoff: {
      growth: 'polynomial',
      baseUs: 500 * MILLISECOND,
      factor: 1.5,
      extraUs: SECOND,
      maxUs: MINUTE,
      jitter: 0,
    },
    retryOnServerErrors: true,
    retryAfterMaxUs: MINUTE,
    retryAfterBeyond: 'cap',
  },
  // Vercel AI SDK, `ai` of 2026-08, retry-with-exponential-backoff.ts: 2 s and 4 s without jitter; hints below 60 s.
  {
    ...NONE,
    name: 'vercel',
    retries: 2,
    backoff: { ...NONE.backoff, baseUs: 2 * SECOND, factor: 2, maxUs: Number.MAX_SAFE_INTEGER },
    retryOn: [408, 409, 429],
    retryOnServerErrors: true,
    retryAfterMaxUs: MINUTE - 1,
  },
  // Assumed, no library: waits half an hour for an answer and asks once.
  { ...NONE, name: 'patient', timeoutUs: 30 * MINUTE },
];

export const CLIENT_NAMES: readonly string[] = CLIENTS.map((client) => client.name);

export function findClient(name: string): ClientPolicy | undefined {
  return CLIENTS.find((client) => client.name === name);
}
