import { attribute, NotSeparable } from '../../plan/attribution.js';
import { attributionMarkdown, attributionPage, renderAttribution } from '../../report/attribution.js';
import { safeJson } from '../../report/json.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { openScenarioFile } from '../load-file.js';
import { loadSubject } from '../load-subject.js';
import { type ManyRuns, reportFailures, withManyRuns } from '../many-runs.js';
import { pageAssets } from '../page-assets.js';
import { planStudyOutputs, type StudyForms, showStudy } from '../study-outputs.js';
import type { Terminal } from '../terminal.js';
import { UserError } from '../user-error.js';

export interface AttributeCommand extends ManyRuns {
  readonly file: string;
  readonly withPeak: boolean;
  readonly set: readonly string[];
  readonly seed: string | null;
  readonly runs: number | null;
  readonly outputs: readonly string[];
  readonly json: boolean;
  readonly version: string;
  /** The command line that finds the same again. */
  readonly repeat: string;
}

const RUNS = 5;
const TOLERANCE = 0.05;

/** What each tier of a scenario costs. */
export async function attributeCommand(command: AttributeCommand, terminal: Terminal): Promise<ExitCode> {
  const outputs = await planStudyOutputs(command.outputs, ['text', 'json', 'md', 'html'], [command.file]);
  const subject = await loadSubject(await openScenarioFile(command.file), command, terminal);
  if (command.withPeak && subject.scenario.targets.length === 0) {
    throw new UserError(`--peak: ${command.file} has no targets, so nobody can say how much fleet is needed`);
  }
  const runs = command.runs ?? Math.max(RUNS, subject.scenario.replications);
  const options = { runs, withPeak: command.withPeak, tolerance: TOLERANCE };
  try {
    const found = await withManyRuns('attribute', command, terminal, (executor) =>
      attribute(subject, options, executor),
    );
    if (found === null) return EXIT.interrupted;
    reportFailures(found.failures, terminal);
    const forms: StudyForms = {
      text: (style) => renderAttribution(found, style),
      json: () => `${safeJson(found)}\n`,
      md: () => attributionMarkdown(found),
      html: () => attributionPage(found, pageAssets().style, command.repeat),
    };
    await showStudy(forms, outputs, command.json, terminal);
    return found.failures.length > 0 ? EXIT.incomplete : EXIT.fine;
  } catch (error) {
    if (error instanceof NotSeparable) throw new UserError(error.message);
    throw error;
  }
}
