import { scenarioJsonSchema } from '../../scenario/schema.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Terminal } from '../terminal.js';

/** The JSON Schema (draft 7) that editors read for completion and checks. */
export function schemaCommand(terminal: Terminal): ExitCode {
  terminal.out(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
  return EXIT.fine;
}
