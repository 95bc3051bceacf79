import type { Content } from './sequence.js';

/** How many leading tokens of a sequence somebody else could have too. */
export function shareableTokens(content: Content | null, promptTokens: number): number {
  if (content === null) return 0;
  let named = 0;
  for (const segment of content.prompt) named += segment[2];
  return named === promptTokens && content.output !== null ? Number.POSITIVE_INFINITY : named;
}

/**
 * The blocks, of the first `blocks`, at which a text begins, ends or is left: the first one, and every block whose tokens
 * and the token before them are not one run. All other blocks just go on.
 */
export function seams(content: Content, promptTokens: number, blockSize: number, blocks: number): readonly number[] {
  // One text and nothing else, the usual case.
  if (content.prompt.length === 1 && content.output === null) return blocks > 0 ? FIRST_ONLY : [];
  const found: number[] = [];
  let text: string | null = null;
  let nextOffset = 0;
  let start = 0;
  const look = (segmentText: string, offset: number): void => {
    if (segmentText === text && offset === nextOffset) return;
    const block = Math.floor(start / blockSize);
    if (block < blocks && found.at(-1) !== block) found.push(block);
  };
  for (const [segmentText, offset, length] of content.prompt) {
    if (length === 0) continue;
    look(segmentText, offset);
    text = segmentText;
    nextOffset = offset + length;
    start += length;
  }
  if (content.output !== null && start === promptTokens) look(content.output, outputOffset(content));
  return found;
}

const FIRST_ONLY: readonly number[] = [0];

/** Words for tokens that go on in the text where the token before them left off. */
export const CONTINUES = '';

/**
 * The tokens [from, to) of a sequence in words that, after one and the same beginning, are equal exactly if the tokens
 * are: CONTINUES, or the longest runs of consecutive tokens of one text. A text's length stands before it, so no text
 * can imitate another's run. All the tokens must be shareable.
 */
export function describeTokens(content: Content, promptTokens: number, from: number, to: number): string {
  if (from > 0 && areOneRun(content, promptTokens, from - 1, to)) return CONTINUES;
  let words = '';
  let runText = '';
  let runStart = 0;
  let runLength = 0;
  const addRun = (text: string, offset: number, length: number): void => {
    if (runLength > 0 && text === runText && offset === runStart + runLength) {
      runLength += length;
      return;
    }
    words += runInWords(runText, runStart, runLength);
    runText = text;
    runStart = offset;
    runLength = length;
  };

  let start = 0;
  for (const [text, offset, length] of content.prompt) {
    if (start >= to) break;
    const first = Math.max(start, from);
    const end = Math.min(start + length, to);
    if (first < end) addRun(text, offset + first - start, end - first);
    start += length;
  }
  const firstOutput = Math.max(promptTokens, from);
  if (content.output !== null && firstOutput < to) {
    addRun(content.output, outputOffset(content) + firstOutput - promptTokens, to - firstOutput);
  }
  return words + runInWords(runText, runStart, runLength);
}

/** Are the tokens [from, to) consecutive tokens of one text? */
function areOneRun(content: Content, promptTokens: number, from: number, to: number): boolean {
  // One text and nothing else, the usual case.
  if (content.prompt.length === 1 && to <= content.prompt[0]![2]) return true;
  let text: string | null = null;
  let nextOffset = 0;
  let start = 0;
  for (const [segmentText, offset, length] of content.prompt) {
    if (start >= to) return true;
    const first = Math.max(start, from);
    const end = Math.min(start + length, to);
    if (first < end) {
      const firstOffset = offset + first - start;
      if (text !== null && (segmentText !== text || firstOffset !== nextOffset)) return false;
      text = segmentText;
      nextOffset = firstOffset + end - first;
    }
    start += length;
  }
  if (to <= promptTokens) return true;
  const firstOutput = Math.max(promptTokens, from);
  return (
    text === null || (content.output === text && outputOffset(content) + firstOutput - promptTokens === nextOffset)
  );
}

function outputOffset(content: Content): number {
  return content.outputOffset ?? 0;
}

function runInWords(text: string, start: number, length: number): string {
  return length === 0 ? '' : `${text.length}:${text}@${start}+${length};`;
}
