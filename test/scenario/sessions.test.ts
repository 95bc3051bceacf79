import { describe, expect, it } from 'vitest';
import { load, withClass } from './fixture.js';

const classOf = (text: string) => load(text).scenario?.traffic[0];
const messages = (text: string) => load(text).problems.map(({ message }) => message);

describe('sessions in a scenario', () => {
  it('are one turn of one call whose context grows, where nothing else is said', () => {
    expect(classOf(withClass('arrivals: 5/s, input: 5, output: 5, sessions: {turns: 4}'))?.sessions).toEqual({
      turns: { kind: 'fixed', tokens: 4, min: 1, max: null },
      hops: { kind: 'fixed', tokens: 1, min: 1, max: null },
      thinkUs: 0,
      toolUs: 0,
      context: 'grows',
    });
    expect(classOf(withClass('arrivals: 5/s, input: 5, output: 5'))?.sessions).toBeNull();
  });

  it('make an arrival of `load` as heavy as its calls', () => {
    const rate = (sessions: string): number => {
      const arrivals = classOf(withClass(`arrivals: {load: 50%}, input: 500, output: 50${sessions}`))!.arrivals;
      return arrivals.kind === 'poisson' ? arrivals.perSecond : 0;
    };
    expect(rate(', sessions: {turns: 8, context: fresh}')).toBeCloseTo(rate('') / 8, 9);
    expect(rate(', sessions: {turns: 8}')).toBeLessThan(rate('') / 8);
    const { notes } = load(withClass('arrivals: {load: 50%}, input: 500, output: 50, sessions: {turns: 2, hops: 3}'));
    expect(notes.join()).toContain('sessions/s of 6 requests');
  });

  it('are refused where they could not end', () => {
    expect(messages(withClass('arrivals: 5/s, input: 5, output: 5, sessions: {turns: 9000, hops: 2}'))).toEqual([
      'a session of 18000 calls in the mean: at most 1000',
    ]);
    expect(messages(withClass('arrivals: 5/s, input: 5, output: 5, sessions: {turns: {uniform: [9, 2]}}'))).toEqual([
      'the upper end 2 is below the lower end 9',
    ]);
  });

  it('need lengths of their own beside a trace', () => {
    expect(messages(withClass('trace: {file: t.csv, format: azure}, sessions: {turns: 2}'))).toHaveLength(2);
  });
});

describe('embeddings in a scenario', () => {
  it('have no output, and must not ask for any', () => {
    expect(classOf(withClass('api: embeddings, arrivals: 5/s, input: 5'))?.output).toMatchObject({ tokens: 0 });
    expect(messages(withClass('api: embeddings, arrivals: 5/s, input: 5, output: 7'))).toEqual([
      'embeddings have no output tokens',
    ]);
  });

  it('can be a share of the load', () => {
    const one = classOf(withClass('api: embeddings, arrivals: {load: 50%}, input: 512'));
    expect(one?.arrivals.kind === 'poisson' && one.arrivals.perSecond > 1).toBe(true);
  });
});
