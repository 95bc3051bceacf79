import { summaryJsonSchema } from '../../report/summary-schema.js';
import { scenarioJsonSchema } from '../../scenario/schema.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Terminal } from '../terminal.js';

/** The JSON Schema (draft 7) of scenario files, which editors read for completion and checks, or of summaries. */
export function schemaCommand(ofSummary: boolean, terminal: Terminal): ExitCode {
  const schema = ofSummary ? summaryJsonSchema() : scenarioJsonSchema();
  terminal.out(`${JSON.stringify(schema, null, 2)}\n`);
  return EXIT.fine;
}
