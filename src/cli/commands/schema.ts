import { summaryJsonSchema } from '../../report/summary-schema.js';
import { problemsJsonSchema } from '../../scenario/problem-schema.js';
import { scenarioJsonSchema } from '../../scenario/schema.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Terminal } from '../terminal.js';

const SCHEMAS = { scenario: scenarioJsonSchema, summary: summaryJsonSchema, problems: problemsJsonSchema };

/** The JSON Schema (draft 7) of scenario files, which editors read for completion and checks, or of what is printed. */
export function schemaCommand(of: keyof typeof SCHEMAS, terminal: Terminal): ExitCode {
  terminal.out(`${JSON.stringify(SCHEMAS[of](), null, 2)}\n`);
  return EXIT.fine;
}
