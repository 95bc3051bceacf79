import { EXIT } from './exit-codes.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** The first Ctrl-C (or SIGTERM) asks the run to end early and write what it has; the second one ends at once. */
export class Interrupt {
  isRequested = false;
  readonly #beforeExit: () => void;
  readonly #onSignal = (): void => {
    if (this.isRequested) {
      this.#beforeExit();
      process.exit(EXIT.interrupted);
    }
    this.isRequested = true;
  };

  /** `beforeExit` runs before a forced end: a place to clean the terminal. */
  constructor(beforeExit: () => void) {
    this.#beforeExit = beforeExit;
  }

  listen(): void {
    for (const signal of SIGNALS) process.on(signal, this.#onSignal);
  }

  release(): void {
    for (const signal of SIGNALS) process.off(signal, this.#onSignal);
  }
}
