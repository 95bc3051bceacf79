import { writeFile } from 'node:fs/promises';
import { STARTER } from '../../scenario/starter.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Terminal } from '../terminal.js';
import { fileErrorReason, UserError } from '../user-error.js';

/** Writes a first scenario with a word on every line; what is there already stays as it is. */
export async function initCommand(file: string, terminal: Terminal): Promise<ExitCode> {
  try {
    await writeFile(file, STARTER, { flag: 'wx' });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      throw new UserError(`${file} exists already; name another file: tiersim init FILE`);
    }
    throw new UserError(`cannot write ${file}: ${fileErrorReason(error)}`);
  }
  terminal.out(`${file}\n`);
  terminal.note(`next: tiersim run ${file}`);
  return EXIT.fine;
}
