import { truncate } from '../report/text-width.js';
import { DEFAULT_COLUMNS } from './terminal.js';

const REDRAW_MS = 100;
const CLEAR_LINE = '\r\u001B[K';

/** One line on standard error that is drawn over and over and disappears at the end. Draws nothing where nobody sees it. */
export class LiveLine {
  readonly #isLive: boolean;
  #drawnMs = Number.NEGATIVE_INFINITY;
  #isDrawn = false;

  constructor(isLive: boolean) {
    this.#isLive = isLive;
  }

  /** The text is made only when it is time to draw it. */
  update(text: () => string): void {
    if (!this.#isLive) return;
    const nowMs = performance.now();
    if (nowMs - this.#drawnMs < REDRAW_MS) return;
    this.#drawnMs = nowMs;
    this.#isDrawn = true;
    process.stderr.write(CLEAR_LINE + truncate(text(), (process.stderr.columns || DEFAULT_COLUMNS) - 1));
  }

  clear(): void {
    if (this.#isDrawn) process.stderr.write(CLEAR_LINE);
    this.#isDrawn = false;
  }
}
