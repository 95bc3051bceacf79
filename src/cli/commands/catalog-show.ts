import { findHardware, HARDWARE } from '../../models/catalog/hardware.js';
import { findLlm, LLMS } from '../../models/catalog/llms.js';
import type { DeviceClass } from '../../models/hardware.js';
import { nodeSheet } from '../../models/node-sheet.js';
import { findProvider, PROVIDERS } from '../../models/providers.js';
import type { Precision } from '../../models/scenario.js';
import { safeJson } from '../../report/json.js';
import { nearestNames } from '../../scenario/problem.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Terminal } from '../terminal.js';
import { UserError } from '../user-error.js';
import { deviceText, modelText, nodeText, providerText } from './catalog-text.js';

export interface ShowCommand {
  readonly name: string;
  /** Of a device: the model to put on it. */
  readonly model: string | null;
  readonly gpus: number;
  readonly weights: Precision | null;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly json: boolean;
}

/** One entry of the catalogue in full, or what a node of one device does with a model. */
export function showCommand(command: ShowCommand, terminal: Terminal): ExitCode {
  const { name } = command;
  const device = findHardware(name);
  const llm = findLlm(name);
  const profile = findProvider(name);
  if (command.model !== null) {
    if (device === undefined) throw unknown('hardware class', name, namesOf(HARDWARE));
    showNode(device, command, terminal);
  } else if (device !== undefined) show(device, deviceText(device, terminal), command, terminal);
  else if (llm !== undefined) show(llm, modelText(llm, terminal), command, terminal);
  else if (profile !== undefined) show(profile, providerText(profile, terminal), command, terminal);
  else {
    const names = [...namesOf(HARDWARE), ...namesOf(LLMS), ...PROVIDERS.map(({ id }) => id)];
    throw unknown('entry of the catalogue', name, names);
  }
  return EXIT.fine;
}

function show(entry: object, text: readonly string[], command: ShowCommand, terminal: Terminal): void {
  terminal.out(command.json ? `${safeJson(entry)}\n` : `${text.join('\n')}\n`);
}

function unknown(what: string, name: string, names: readonly string[]): UserError {
  const near = nearestNames(name, names);
  const hint = near.length === 0 ? 'tiersim catalog lists them' : `did you mean ${near.join(' or ')}?`;
  return new UserError(`no ${what} "${name}"; ${hint}`);
}

const namesOf = (entries: readonly { readonly id: string; readonly aliases: readonly string[] }[]): string[] =>
  entries.flatMap(({ id, aliases }) => [id, ...aliases]);

function showNode(device: DeviceClass, command: ShowCommand, terminal: Terminal): void {
  const model = command.model ?? '';
  const llm = findLlm(model);
  if (llm === undefined) throw unknown('model', model, namesOf(LLMS));
  const { gpus, promptTokens, outputTokens } = command;
  const weights = command.weights ?? undefined;
  const sheet = nodeSheet({ hardware: device, llm, gpus, weights, promptTokens, outputTokens });
  if ('problems' in sheet) {
    throw new UserError(sheet.problems.map(({ message, hint }) => message + (hint ? `; ${hint}` : '')).join('\n'));
  }
  show(sheet, nodeText(sheet, terminal), command, terminal);
}
