import { printable } from '../report/text-width.js';

/** Of a terminal that does not tell its size; some tell 0. */
export const DEFAULT_COLUMNS = 80;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where words go: results to standard output, everything else to standard error. A reader that closes its end
 * early (`| head`) is no error: what follows is dropped in silence, and the exit code stays what it would be.
 */
export class Terminal {
  /** Nobody reads standard output any more. */
  isOutClosed = false;
  readonly color: boolean;
  readonly errorColor: boolean;
  readonly width: number;
  /** A progress line may be drawn on standard error. */
  readonly isLive: boolean;
  readonly #isQuiet: boolean;

  constructor(wantsColor: boolean | undefined, isQuiet: boolean) {
    this.color = usesColor(wantsColor, process.env, process.stdout.isTTY === true);
    this.errorColor = usesColor(wantsColor, process.env, process.stderr.isTTY === true);
    this.width = process.stdout.columns || DEFAULT_COLUMNS;
    this.isLive = !isQuiet && process.stderr.isTTY === true && process.env['TERM'] !== 'dumb';
    this.#isQuiet = isQuiet;
  }

  /** A result. */
  out(text: string): void {
    if (!this.isOutClosed) process.stdout.write(text);
  }

  /** Talk: left out with --quiet. */
  note(line: string): void {
    if (!this.#isQuiet) process.stderr.write(`${printable(line)}\n`);
  }

  /** One line about something that went wrong. */
  error(line: string): void {
    process.stderr.write(`${printable(line)}\n`);
  }

  /** Text that is already safe to show, such as rendered problems. */
  errorText(text: string): void {
    process.stderr.write(text);
  }

  /** To be called once, before anything is written. */
  watchClosedPipes(): void {
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      this.isOutClosed = true;
    });
    process.stderr.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

/** The option decides; then NO_COLOR, FORCE_COLOR and TERM=dumb; then whether a terminal reads it. */
export function usesColor(wanted: boolean | undefined, environment: Environment, isTerminal: boolean): boolean {
  if (wanted !== undefined) return wanted;
  if (isSet(environment['NO_COLOR'])) return false;
  const forced = environment['FORCE_COLOR'];
  if (isSet(forced)) return forced !== '0' && forced !== 'false';
  return isTerminal && environment['TERM'] !== 'dumb';
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
