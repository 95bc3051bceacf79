import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONTINUES, describeTokens, seams, shareableTokens } from '../../../src/sim/engine/content.js';
import type { Content, Segment } from '../../../src/sim/engine/sequence.js';

const segments = fc.array(
  fc.tuple(fc.constantFrom('a', 'b', 'out:1'), fc.nat(3), fc.nat(4)).map((drawn): Segment => drawn),
  { maxLength: 6 },
);

/** Where the answers of both begin in their text. */
const offset = fc.constantFrom({}, {}, { outputOffset: 2 });
const offsets = fc.tuple(offset, offset);

/** Token by token: the plain meaning of segments. */
function tokens(prompt: readonly Segment[], output: string, outputOffset: number): string[] {
  const all = prompt.flatMap(([text, offset, length]) =>
    Array.from({ length }, (_, index) => `${text}#${offset + index}`),
  );
  return [...all, ...Array.from({ length: 24 }, (_, index) => `${output}#${outputOffset + index}`)];
}

function promptTokens(prompt: readonly Segment[]): number {
  return prompt.reduce((sum, segment) => sum + segment[2], 0);
}

describe('describeTokens', () => {
  it('gives equal words to the blocks of two sequences exactly as far as their tokens are equal', () => {
    fc.assert(
      fc.property(
        segments,
        segments,
        fc.nat(3),
        fc.integer({ min: 1, max: 4 }),
        offsets,
        (left, right, last, length, at) => {
          const prompts = [left, right];
          const words = prompts.map((prompt, side) =>
            Array.from({ length: last + 1 }, (_, block) => {
              const from = block * length;
              return describeTokens(
                { prompt, output: 'out:1', ...at[side] },
                promptTokens(prompt),
                from,
                from + length,
              );
            }).join('|'),
          );
          const plain = prompts.map((prompt, side) =>
            tokens(prompt, 'out:1', at[side]?.outputOffset ?? 0)
              .slice(0, (last + 1) * length)
              .join(),
          );
          expect(words[0] === words[1]).toBe(plain[0] === plain[1]);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('has a short word for a block that goes on where the one before it left off', () => {
    const content: Content = { prompt: [['p', 16, 40]], output: null };
    expect(describeTokens(content, 40, 0, 16)).toBe('1:p@16+16;');
    expect(describeTokens(content, 40, 16, 32)).toBe(CONTINUES);
    expect(
      describeTokens(
        {
          prompt: [
            ['p', 16, 17],
            ['q', 0, 20],
          ],
          output: null,
        },
        37,
        16,
        32,
      ),
    ).not.toBe(CONTINUES);
  });

  it('joins pieces that follow one another', () => {
    const cut: Content = {
      prompt: [
        ['p', 0, 5],
        ['p', 5, 3],
      ],
      output: null,
    };
    const whole: Content = { prompt: [['p', 0, 8]], output: null };
    expect(describeTokens(cut, 8, 0, 8)).toBe(describeTokens(whole, 8, 0, 8));
  });

  it("joins a quoted answer with the answer's own tokens", () => {
    const quoting: Content = {
      prompt: [
        ['p', 0, 4],
        ['out:x', 0, 4],
      ],
      output: null,
    };
    const answering: Content = { prompt: [['p', 0, 4]], output: 'out:x' };
    expect(describeTokens(quoting, 8, 0, 8)).toBe(describeTokens(answering, 4, 0, 8));
  });

  it('is not fooled by a text whose name looks like a run', () => {
    const plain: Content = {
      prompt: [
        ['a', 0, 1],
        ['b', 0, 1],
      ],
      output: null,
    };
    const odd: Content = { prompt: [['a@0+1;1:b', 0, 1]], output: null };
    expect(describeTokens(odd, 1, 0, 1)).not.toBe(describeTokens(plain, 2, 0, 2));
  });
});

describe('seams', () => {
  it('are the blocks that do not just go on', () => {
    fc.assert(
      fc.property(segments, fc.integer({ min: 1, max: 4 }), offset, (prompt, length, at) => {
        const content: Content = { prompt, output: 'out:1', ...at };
        const total = promptTokens(prompt);
        const blocks = Array.from({ length: 12 }, (_, block) => block);
        const words = blocks.map((block) => describeTokens(content, total, block * length, (block + 1) * length));
        expect(seams(content, total, length, 12)).toEqual(blocks.filter((block) => words[block] !== CONTINUES));
      }),
      { numRuns: 1000 },
    );
  });

  it('are found among the first blocks only, and not in what is unique', () => {
    const content: Content = { prompt: [['p', 0, 20]], output: 'out:1' };
    expect(seams(content, 20, 4, 10)).toEqual([0, 5]);
    expect(seams(content, 20, 4, 5)).toEqual([0]);
    expect(seams(content, 30, 4, 10)).toEqual([0]);
  });
});

describe('shareableTokens', () => {
  it('ends where unique tokens begin', () => {
    expect(shareableTokens(null, 100)).toBe(0);
    expect(shareableTokens({ prompt: [['p', 0, 40]], output: null }, 100)).toBe(40);
    expect(shareableTokens({ prompt: [['p', 0, 40]], output: 'out:x' }, 100)).toBe(40);
    expect(shareableTokens({ prompt: [['p', 0, 100]], output: null }, 100)).toBe(100);
    expect(shareableTokens({ prompt: [['p', 0, 100]], output: 'out:x' }, 100)).toBe(Number.POSITIVE_INFINITY);
  });
});
