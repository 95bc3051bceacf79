import { z } from 'zod';
import type { Problem } from './problem.js';
import type { JsonSchema } from './schema.js';

export const PROBLEMS_SCHEMA = 'tiersim-problems/1';

const problem = z.strictObject({
  code: z.string().describe('What it is, for ever; `tiersim explain CODE` says more.'),
  severity: z.enum(['error', 'warning']),
  file: z.string().describe('The file it is in, or --set.'),
  line: z.int().min(1).describe('From 1; of the whole file: 1.'),
  column: z.int().min(1).describe('From 1, in UTF-16 units.'),
  endColumn: z.int().min(1).describe('First column after the marked text, on the same line.'),
  path: z.string().describe('What it is about, as --set would address it; empty: the whole file.'),
  message: z.string(),
  hint: z.string().nullable(),
  found: z.string().nullable().describe('What stands there.'),
  allowed: z.array(z.string()).nullable().describe('What may stand there.'),
  option: z.string().nullable().describe('The text of the --set option it is in; null: it is in the file.'),
});

const file = z.strictObject({
  file: z.string(),
  valid: z.boolean(),
  hash: z.string().nullable().describe('SHA-256 of the resolved scenario and its traces; null: not valid.'),
  notes: z.array(z.string()).describe('What was chosen where the file leaves the choice.'),
  explained: z
    .strictObject({
      lines: z
        .array(z.strictObject({ text: z.string(), from: z.string().nullable() }))
        .describe('The scenario with nothing left to defaults, line by line, and where each value comes from.'),
      load: z.looseObject({}).describe('What comes and what the pools can take.'),
      memory: z.record(z.string(), z.string()).describe('How the memory of a node is divided, by pool.'),
    })
    .nullable()
    .describe('With --explain; else null.'),
});

/** What `validate --json` prints: every problem of every file, by file and place. */
export const problemReport = z.strictObject({
  schema: z.literal(PROBLEMS_SCHEMA),
  problems: z.array(problem),
  files: z.array(file),
});
export type ProblemReport = z.output<typeof problemReport>;

export function problemsJsonSchema(): JsonSchema {
  return z.toJSONSchema(problemReport, { target: 'draft-7' }) as JsonSchema;
}

/** Every field there, so that a reader need not ask. */
export function problemJson(of: Problem): ProblemReport['problems'][number] {
  const { code, severity, file: inFile, line, column, path, message, hint, found, allowed, option } = of;
  return {
    code,
    severity,
    file: inFile,
    line,
    column,
    endColumn: of.endColumn ?? column + 1,
    path,
    message,
    hint: hint ?? null,
    found: found ?? null,
    allowed: allowed === undefined ? null : [...allowed],
    option: option ?? null,
  };
}
