import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { firstDifference, GOLDEN_SCHEMA, type GoldenCase } from '../sim/engine/golden-case.js';
import { replay } from '../sim/engine/replay.js';

/**
 * `node dist/cli/conformance.js [DIR]`: replays every recorded case of vLLM's scheduler in DIR through ours and
 * compares every recorded field. Exit code 0: all equal; 1: some differ; 2: the folder or a file cannot be used.
 */
const DEFAULT_FOLDER = 'test/golden/vllm';
const FAILED = 1;
const UNUSABLE = 2;

process.exitCode = main(process.argv.slice(2));

function main(args: readonly string[]): number {
  if (args.length > 1) return complain('usage: conformance [DIR]');
  const folder = args[0] ?? DEFAULT_FOLDER;
  const cases: [file: string, goldenCase: GoldenCase][] = [];
  try {
    for (const file of caseFiles(folder)) cases.push([file, readCase(join(folder, file))]);
  } catch (error) {
    return complain(`cannot use ${folder}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (cases.length === 0) return complain(`no *.json in ${folder}`);

  let failed = 0;
  for (const [file, goldenCase] of cases) {
    const failure = check(goldenCase);
    if (failure === null) continue;
    failed++;
    console.log(`FAILED ${file}: ${failure}`);
  }
  console.log(`${cases.length - failed} passed, ${failed} failed`);
  return failed > 0 ? FAILED : 0;
}

/** What is wrong, or null. */
function check(goldenCase: GoldenCase): string | null {
  try {
    const difference = firstDifference(goldenCase, replay(goldenCase));
    if (difference === null) return null;
    const { where, field, expected, actual } = difference;
    return `${where}, field ${field}\n  expected ${expected}\n  actual   ${actual}`;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

function caseFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort();
}

function readCase(path: string): GoldenCase {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const found = value as Partial<Record<keyof GoldenCase, unknown>> | null;
  if (found?.schema !== GOLDEN_SCHEMA) throw new Error(`${path}: is not a case of schema ${GOLDEN_SCHEMA}`);
  for (const field of ['requests', 'steps', 'results'] as const) {
    if (!Array.isArray(found[field])) throw new Error(`${path}: has no list '${field}'`);
  }
  for (const field of ['config', 'summary'] as const) {
    if (typeof found[field] !== 'object' || found[field] === null) throw new Error(`${path}: has no '${field}'`);
  }
  return value as GoldenCase;
}

function complain(message: string): number {
  console.error(message);
  return UNUSABLE;
}
