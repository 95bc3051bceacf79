import { capacity, headroom } from '../../plan/capacity.js';
import { loadPartNamed } from '../../plan/scale-load.js';
import { capacityMarkdown, capacityPage, renderCapacity } from '../../report/capacity-text.js';
import { safeJson } from '../../report/json.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { openScenarioFile } from '../load-file.js';
import { loadSubject } from '../load-subject.js';
import { type ManyRuns, reportFailures, withManyRuns } from '../many-runs.js';
import { pageAssets } from '../page-assets.js';
import { planStudyOutputs, type StudyForms, showStudy } from '../study-outputs.js';
import type { Terminal } from '../terminal.js';
import { UserError } from '../user-error.js';

export interface CapacityCommand extends ManyRuns {
  readonly file: string;
  /** The class or tier that grows; null: all traffic. */
  readonly of: string | null;
  /** In the place of the scenario's; empty: those of the scenario. */
  readonly targets: readonly string[];
  readonly tolerance: number | null;
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
const TOLERANCE = 0.02;

/** How much load the targets survive: all traffic together, or one part of it. 99 where they do not survive the load there is. */
export async function capacityCommand(command: CapacityCommand, terminal: Terminal): Promise<ExitCode> {
  const outputs = await planStudyOutputs(command.outputs, ['text', 'json', 'md', 'html'], [command.file]);
  const targets = command.targets.length === 0 ? [] : [`targets=${JSON.stringify(command.targets)}`];
  const by = { option: '--target', set: targets };
  const subject = await loadSubject(await openScenarioFile(command.file), { ...command, by }, terminal);
  const { scenario } = subject;
  if (scenario.targets.length === 0) {
    throw new UserError(
      `${command.file} has no targets; say what must hold, such as --target 'standard.ttft.p95 < 2s'`,
    );
  }
  const part = command.of === null ? null : loadPartNamed(scenario, command.of);
  if (part?.ok === false) throw new UserError(`--of: ${part.reason}`);
  const runs = command.runs ?? Math.max(RUNS, scenario.replications);
  const options = { runs, tolerance: command.tolerance ?? TOLERANCE };
  const label = part === null ? 'capacity' : 'headroom';
  const found = await withManyRuns(label, command, terminal, (executor) => {
    return part === null ? capacity(subject, options, executor) : headroom(subject, part.value, options, executor);
  });
  if (found === null) return EXIT.interrupted;
  reportFailures(found.failures, terminal);
  const forms: StudyForms = {
    text: (style) => renderCapacity(found, style),
    json: () => `${safeJson(found)}\n`,
    html: () => capacityPage(found, pageAssets().style, command.repeat),
    md: () => capacityMarkdown(found),
  };
  await showStudy(forms, outputs, command.json, terminal);
  if (found.failures.length > 0) return EXIT.incomplete;
  return found.limits.every(({ factor }) => factor !== null && factor >= 1) ? EXIT.fine : EXIT.targetMissed;
}
