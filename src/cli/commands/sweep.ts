import { type SweepCase, sweep } from '../../plan/sweep.js';
import { type Axis, gridPoints, latinHypercube, POINTS_MAX, parseAxis } from '../../plan/vary.js';
import { safeJson } from '../../report/json.js';
import { sweepPage } from '../../report/sweep-page.js';
import { renderSweep, sweepRows } from '../../report/sweep-text.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { csvText } from '../io.js';
import { openScenarioFile } from '../load-file.js';
import { loadSubject } from '../load-subject.js';
import { type ManyRuns, reportFailures, withManyRuns } from '../many-runs.js';
import { pageAssets } from '../page-assets.js';
import { planStudyOutputs, type StudyForms, showStudy } from '../study-outputs.js';
import type { Terminal } from '../terminal.js';
import { UserError } from '../user-error.js';

export interface SweepCommand extends ManyRuns {
  readonly file: string;
  readonly vary: readonly string[];
  /** `lhs:50`; null: every combination. */
  readonly sample: string | null;
  readonly set: readonly string[];
  readonly seed: string | null;
  /** Of each point; null: as many as the scenario says. */
  readonly runs: number | null;
  readonly outputs: readonly string[];
  readonly json: boolean;
  readonly version: string;
  /** The command line that finds the same again. */
  readonly repeat: string;
}

/** Runs a scenario at many points; 99 where it has targets and no point meets them all. */
export async function sweepCommand(command: SweepCommand, terminal: Terminal): Promise<ExitCode> {
  const outputs = await planStudyOutputs(command.outputs, ['text', 'json', 'csv', 'html'], [command.file]);
  const axes = command.vary.map(readAxis);
  if (axes.length === 0) throw new UserError('sweep needs something to vary, such as --vary fleet.main.nodes=1..12');
  const cases = await loadCases(command, axes, terminal);
  const runs = command.runs ?? cases[0].subject.scenario.replications;
  const paths = axes.map(({ path }) => path);
  const found = await withManyRuns('sweep', command, terminal, (executor) => sweep(paths, cases, runs, executor));
  if (found === null) return EXIT.interrupted;
  reportFailures(found.failures, terminal);
  const forms: StudyForms = {
    text: (style) => renderSweep(found, style),
    json: () => `${safeJson(found)}\n`,
    html: () => sweepPage(found, pageAssets().style, command.repeat),
    csv: () => csvText(sweepRows(found)),
  };
  await showStudy(forms, outputs, command.json, terminal);
  if (found.failures.length > 0) return EXIT.incomplete;
  return found.winner !== null && found.winner.point === null ? EXIT.targetMissed : EXIT.fine;
}

function readAxis(text: string): Axis {
  const parsed = parseAxis(text);
  if (!parsed.ok) throw new UserError(`--vary: ${parsed.reason}`);
  return parsed.value;
}

async function loadCases(
  command: SweepCommand,
  axes: readonly Axis[],
  terminal: Terminal,
): Promise<readonly [SweepCase, ...SweepCase[]]> {
  const file = await openScenarioFile(command.file);
  // First without, so that a mistake in the file is not told once for every point.
  const { scenario } = await loadSubject(file, command, terminal);
  const cases: SweepCase[] = [];
  for (const values of pointsOf(command, axes, scenario.seed)) {
    const by = { option: '--vary', set: axes.map(({ path }, axis) => `${path}=${values[axis]}`) };
    cases.push({ values, subject: await loadSubject(file, { ...command, by }, terminal) });
  }
  const [first, ...others] = cases;
  if (first === undefined) throw new UserError('there is no point to run');
  return [first, ...others];
}

function pointsOf({ sample }: SweepCommand, axes: readonly Axis[], seed: string): readonly (readonly string[])[] {
  if (sample === null) {
    const points = gridPoints(axes);
    if (!points.ok) throw new UserError(`--vary: ${points.reason}`);
    return points.value;
  }
  const count = Number(/^lhs:(\d{1,6})$/.exec(sample)?.[1] ?? 0);
  if (count < 1 || count > POINTS_MAX)
    throw new UserError(`--sample ${sample}: write lhs:50, at most lhs:${POINTS_MAX}`);
  return latinHypercube(axes, count, seed);
}
