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
  retryFromStatus: null,
  heedsShouldRetry: false,
  retryAfterMaxUs: 0,
  retryAfterBeyond: 'compute',
  timeoutUs: null,
  patienceUs: null,
  abortLagUs: 0,
  budget: null,
  escalate: [],
};

/**
 * Common to the SDKs that OpenAI, Anthropic, Groq, Cerebras and Together generate with one tool: min(0.5 * 2^n, 8) s,
 * shortened at random by up to a quarter; the header x-should-retry decides before the status does. Their timeout is
 * that of a request that is not streamed: to the last token.
 */
const SDK: ClientPolicy = {
  ...NONE,
  heedsShouldRetry: true,
  retries: 2,
  backoff: { ...NONE.backoff, baseUs: 500 * MILLISECOND, factor: 2, maxUs: 8 * SECOND, jitter: 0.25 },
  // 0: their own timeouts and lost connections are retried too.
  retryOn: [0, 408, 409, 429],
  retryFromStatus: 500,
  timeoutUs: 10 * MINUTE,
};

/** Common to the SDKs of OpenRouter and Mistral: 500 * n^1.5 + U(0, 1000) ms, up to a minute, for an hour. */
const SPEAKEASY: ClientPolicy = {
  ...NONE,
  retryForUs: 60 * MINUTE,
  backoff: {
    growth: 'polynomial',
    baseUs: 500 * MILLISECOND,
    factor: 1.5,
    extraUs: SECOND,
    maxUs: MINUTE,
    jitter: 0,
  },
  retryAfterMaxUs: MINUTE,
  retryAfterBeyond: 'cap',
};

/** Assumed: the sources say that there is jitter and not how much. */
const GOOGLE_JITTER = 0.25;

/** The clients a scenario can name, read from the source of the libraries. */
const CLIENTS: readonly ClientPolicy[] = [
  NONE,
  // openai/openai-node 7.5.0, src/client.ts: hints up to 60 s are obeyed, longer ones replaced by the computed wait.
  { ...SDK, name: 'openai-node', retryAfterMaxUs: MINUTE },
  // openai/openai-python 3.3.1, _base_client.py: obeys hints up to 120 s; a longer one ends the retries.
  { ...SDK, name: 'openai-python', retryAfterMaxUs: 2 * MINUTE, retryAfterBeyond: 'give-up' },
  // anthropics/anthropic-sdk-typescript 0.120.0, src/client.ts: any hint is obeyed.
  { ...SDK, name: 'anthropic', retryAfterMaxUs: Number.MAX_SAFE_INTEGER },
  // anthropics/anthropic-sdk-python 0.121.0, _base_client.py: hints up to 60 s.
  { ...SDK, name: 'anthropic-python', retryAfterMaxUs: MINUTE },
  // groq/groq-typescript 1.4.0: any hint is obeyed. Groq's 498 is in no list and ends the retries.
  { ...SDK, name: 'groq', timeoutUs: MINUTE, retryAfterMaxUs: Number.MAX_SAFE_INTEGER },
  // Cerebras/cerebras-cloud-sdk-node 1.91.0, src/core.ts: hints below 60 s.
  { ...SDK, name: 'cerebras', timeoutUs: MINUTE, retryAfterMaxUs: MINUTE - 1 },
  // togethercomputer/together-typescript 0.52.0, src/client.ts: any hint is obeyed; 500 itself is not tried again.
  {
    ...SDK,
    name: 'together',
    backoff: { ...SDK.backoff, baseUs: SECOND, maxUs: 10 * SECOND },
    retryFromStatus: 501,
    timeoutUs: MINUTE,
    retryAfterMaxUs: Number.MAX_SAFE_INTEGER,
  },
  // @openrouter/sdk 1.3.19 (chat), src/lib/retries.ts: 5XX only; 500 * n^1.5 + U(0, 1000) ms, where the first wait has
  // n = 0; waits and hints cut to 60 s; no limit by count, none begun after an hour. No timeout of its own.
  { ...SPEAKEASY, name: 'openrouter', retries: UNLIMITED_RETRIES, retryFromStatus: 500 },
  // @mistralai/mistralai 2.7.0: no retries unless the caller configures them; `extends: mistral` with `retries` does.
  { ...SPEAKEASY, name: 'mistral', retryOn: [429, 500, 502, 503, 504] },
  // googleapis/js-genai of 2026-08: no retries without retryOptions; with them five attempts (`retries: 4`).
  {
    ...NONE,
    name: 'google-genai',
    backoff: { ...NONE.backoff, baseUs: SECOND, factor: 2, maxUs: MINUTE, jitter: GOOGLE_JITTER },
    retryOn: [408, 429, 500, 502, 503, 504],
  },
  // Vercel AI SDK, `ai` of 2026-08, retry-with-exponential-backoff.ts: 2 s and 4 s without jitter; hints below 60 s.
  {
    ...NONE,
    name: 'vercel',
    retries: 2,
    backoff: { ...NONE.backoff, baseUs: 2 * SECOND, factor: 2, maxUs: Number.MAX_SAFE_INTEGER },
    retryOn: [408, 409, 429],
    retryFromStatus: 500,
    retryAfterMaxUs: MINUTE - 1,
  },
  // Assumed, no library: waits half an hour for an answer and asks once.
  { ...NONE, name: 'patient', timeoutUs: 30 * MINUTE },
];

export const CLIENT_NAMES: readonly string[] = CLIENTS.map((client) => client.name);

export function findClient(name: string): ClientPolicy | undefined {
  return CLIENTS.find((client) => client.name === name);
}
