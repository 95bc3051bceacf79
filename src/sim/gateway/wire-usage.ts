import type { WireApi } from '../../models/wire.js';
import { atPath, type Json } from './wire-place.js';

export interface TokenUsage {
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
}

/** The usage block of an answer; for Anthropic and Amazon the cached tokens are outside of the input tokens, elsewhere inside. */
export function writeUsage(api: WireApi, usage: TokenUsage): Json {
  const { promptTokens, cachedTokens, outputTokens } = usage;
  const total = promptTokens + outputTokens;
  switch (api) {
    case 'chat':
    case 'completions':
      return {
        prompt_tokens: promptTokens,
        completion_tokens: outputTokens,
        total_tokens: total,
        prompt_tokens_details: { cached_tokens: cachedTokens },
      };
    case 'responses':
      return {
        input_tokens: promptTokens,
        input_tokens_details: { cached_tokens: cachedTokens, cache_write_tokens: 0 },
        output_tokens: outputTokens,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: total,
      };
    // The body of InvokeModel is the model's own; that of Anthropic's is the one written here.
    case 'invokeModel':
    case 'messages':
      return {
        input_tokens: promptTokens - cachedTokens,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: cachedTokens,
        output_tokens: outputTokens,
      };
    case 'generateContent':
      return {
        promptTokenCount: promptTokens,
        cachedContentTokenCount: cachedTokens,
        candidatesTokenCount: outputTokens,
        totalTokenCount: total,
      };
    case 'converse':
      return {
        inputTokens: promptTokens - cachedTokens,
        outputTokens,
        totalTokens: total,
        cacheReadInputTokens: cachedTokens,
        cacheWriteInputTokens: 0,
      };
  }
}

/** Token counts of a usage block, the reverse of writeUsage. */
export function readUsage(api: WireApi, block: Json): TokenUsage {
  const number = (...path: readonly string[]): number => Number(atPath(block, path) ?? 0);
  switch (api) {
    case 'chat':
    case 'completions':
      return {
        promptTokens: number('prompt_tokens'),
        cachedTokens: number('prompt_tokens_details', 'cached_tokens'),
        outputTokens: number('completion_tokens'),
      };
    case 'responses':
      return {
        promptTokens: number('input_tokens'),
        cachedTokens: number('input_tokens_details', 'cached_tokens'),
        outputTokens: number('output_tokens'),
      };
    case 'invokeModel':
    case 'messages': {
      const cachedTokens = number('cache_read_input_tokens');
      const promptTokens = number('input_tokens') + number('cache_creation_input_tokens') + cachedTokens;
      return { promptTokens, cachedTokens, outputTokens: number('output_tokens') };
    }
    case 'generateContent':
      return {
        promptTokens: number('promptTokenCount'),
        cachedTokens: number('cachedContentTokenCount'),
        outputTokens: number('candidatesTokenCount'),
      };
    case 'converse': {
      const cachedTokens = number('cacheReadInputTokens');
      const promptTokens = number('inputTokens') + number('cacheWriteInputTokens') + cachedTokens;
      return { promptTokens, cachedTokens, outputTokens: number('outputTokens') };
    }
  }
}
