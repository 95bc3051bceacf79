import { compare, type Variant } from '../../plan/compare.js';
import { comparisonMarkdown, renderComparison } from '../../report/comparison.js';
import { comparisonPage } from '../../report/comparison-page.js';
import { safeJson } from '../../report/json.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { openScenarioFile } from '../load-file.js';
import { loadSubject } from '../load-subject.js';
import { type ManyRuns, reportFailures, withManyRuns } from '../many-runs.js';
import { pageAssets } from '../page-assets.js';
import { planStudyOutputs, type StudyForms, showStudy } from '../study-outputs.js';
import type { Terminal } from '../terminal.js';
import { UserError } from '../user-error.js';

export interface CompareCommand extends ManyRuns {
  readonly files: readonly string[];
  readonly whatIf: readonly string[];
  readonly set: readonly string[];
  readonly seed: string | null;
  readonly runs: number | null;
  readonly precision: number | null;
  readonly outputs: readonly string[];
  readonly json: boolean;
  readonly version: string;
  /** The command line that finds the same again. */
  readonly repeat: string;
}

const RUNS = 10;
/** Enough for a first idea of the spread. */
const RUNS_BEFORE_PRECISION = 4;
const RUNS_MAX_WITH_PRECISION = 40;

/** The first scenario against the others, or against itself with something changed. */
export async function compareCommand(command: CompareCommand, terminal: Terminal): Promise<ExitCode> {
  const outputs = await planStudyOutputs(command.outputs, ['text', 'json', 'md', 'html'], command.files);
  const variants = await loadVariants(command, terminal);
  const { runs, precision } = command;
  const options =
    precision === null
      ? { runs: runs ?? RUNS, precision: null, runsMax: runs ?? RUNS }
      : {
          runs: Math.min(RUNS_BEFORE_PRECISION, runs ?? RUNS_MAX_WITH_PRECISION),
          precision,
          runsMax: runs ?? RUNS_MAX_WITH_PRECISION,
        };
  const comparison = await withManyRuns('compare', command, terminal, (executor) =>
    compare(variants, options, executor),
  );
  if (comparison === null) return EXIT.interrupted;
  reportFailures(comparison.failures, terminal);
  const forms: StudyForms = {
    text: (style) => renderComparison(comparison, style),
    json: () => `${safeJson(comparison)}\n`,
    html: () => comparisonPage(comparison, pageAssets().style, command.repeat),
    md: () => comparisonMarkdown(comparison),
  };
  await showStudy(forms, outputs, command.json, terminal);
  return comparison.failures.length > 0 ? EXIT.incomplete : EXIT.fine;
}

/** The first is what the others are held against. */
async function loadVariants(command: CompareCommand, terminal: Terminal): Promise<readonly [Variant, ...Variant[]]> {
  const { files, whatIf } = command;
  const [first = ''] = files;
  if (whatIf.length > 0 && files.length > 1) throw new UserError('--what-if changes one FILE; several were given');
  if (whatIf.length === 0 && files.length < 2) {
    throw new UserError("compare needs a second FILE, or a --what-if such as --what-if 'traffic.*.arrivals=x2'");
  }
  const scenarioFile = await openScenarioFile(first);
  const base: Variant = { label: first, subject: await loadSubject(scenarioFile, command, terminal) };
  const others: Variant[] = [];
  for (const label of files.slice(1)) {
    others.push({ label, subject: await loadSubject(await openScenarioFile(label), command, terminal) });
  }
  for (const label of whatIf) {
    const changes = label.split(';').flatMap((part) => part.trim() || []);
    if (changes.length === 0) throw new UserError('--what-if is empty: give PATH=VALUE, several with ; between them');
    const by = { option: '--what-if', set: changes };
    others.push({ label, subject: await loadSubject(scenarioFile, { ...command, by }, terminal) });
  }
  return [base, ...others];
}
