import type { Lengths, Sessions } from './scenario.js';

/** First and second moment of a length; bounds are left out of account. null: lengths come with a trace. */
export function momentsOf(lengths: Lengths): { readonly mean: number; readonly square: number } | null {
  switch (lengths.kind) {
    case 'fixed':
      return { mean: lengths.tokens, square: lengths.tokens * lengths.tokens };
    case 'exponential': {
      // Geometric on 1, 2, ...: variance m (m - 1).
      const { mean } = lengths;
      return { mean, square: mean * (2 * mean - 1) };
    }
    case 'lognormal': {
      const variance = lengths.sigma * lengths.sigma;
      return { mean: Math.exp(lengths.mu + variance / 2), square: Math.exp(2 * lengths.mu + 2 * variance) };
    }
    case 'uniform': {
      const mean = (lengths.low + lengths.high) / 2;
      const width = lengths.high - lengths.low + 1;
      return { mean, square: mean * mean + (width * width - 1) / 12 };
    }
    case 'histogram': {
      const weight = lengths.bins.reduce((sum, [, part]) => sum + part, 0);
      const moment = (power: (tokens: number) => number): number =>
        lengths.bins.reduce((sum, [tokens, part]) => sum + power(tokens) * part, 0) / weight;
      return { mean: moment((tokens) => tokens), square: moment((tokens) => tokens * tokens) };
    }
    case 'trace':
      return null;
  }
}

/** What a class asks for, in the mean: calls an arrival brings, and prompt and output tokens of a call. */
export interface MeanWork {
  readonly calls: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
}

/**
 * A conversation of N calls whose context grows has the mean prompt input E[N (N + 1) / 2] / E[N] +
 * output E[N (N - 1) / 2] / E[N]: long conversations bring most of the calls.
 */
export function meanWork(input: Lengths, output: Lengths, sessions: Sessions | null): MeanWork | null {
  const [prompt, answer] = [momentsOf(input), momentsOf(output)];
  if (prompt === null || answer === null) return null;
  const single = { calls: 1, promptTokens: prompt.mean, outputTokens: answer.mean };
  if (sessions === null) return single;
  const [turns, hops] = [momentsOf(sessions.turns), momentsOf(sessions.hops)];
  if (turns === null || hops === null) return single;
  const calls = turns.mean * hops.mean;
  if (sessions.context === 'fresh') return { ...single, calls };
  const hopsVariance = hops.square - hops.mean * hops.mean;
  const square = turns.mean * hopsVariance + turns.square * hops.mean * hops.mean;
  const repeated = (square / calls - 1) / 2;
  return { ...single, calls, promptTokens: prompt.mean * (1 + repeated) + answer.mean * repeated };
}
