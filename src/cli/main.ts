#!/usr/bin/env node
import { printable } from '../report/text-width.js';
import { parseCommandLine } from './command-line.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { Terminal } from './terminal.js';
import { UserError } from './user-error.js';

async function main(words: readonly string[]): Promise<ExitCode> {
  const parsed = await parseCommandLine(words);
  const terminal = new Terminal(parsed.wantsColor, parsed.isQuiet);
  terminal.watchClosedPipes();
  try {
    if (parsed.failure !== null) {
      const { explainedFailure } = await import('./usage-failure.js');
      throw new UserError(explainedFailure(parsed.failure, words));
    }
    if (parsed.action === null) {
      terminal.out(`${parsed.text}\n`);
      return EXIT.fine;
    }
    return await parsed.action(terminal);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    terminal.error(`error: ${error.message}`);
    return EXIT.usage;
  }
}

/** Never a stack for a stranger: one line, and the way to see more. */
function reportInternalError(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const line = printable(message);
  process.stderr.write(
    `internal error: ${line}; please report it with the scenario (TIERSIM_DEBUG=1 shows the stack)\n`,
  );
  if (process.env['TIERSIM_DEBUG'] === '1' && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
}

process.on('uncaughtException', (error) => {
  reportInternalError(error);
  process.exit(EXIT.internalError);
});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  reportInternalError(error);
  process.exitCode = EXIT.internalError;
}
