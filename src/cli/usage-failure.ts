import { nearestNames } from '../scenario/problem.js';
import { COMMAND_OPTIONS } from './options.js';

/** The parser's complaint in our words, with the nearest name that exists. */
export function explainedFailure(failure: string, words: readonly string[]): string {
  const command = words.find((word) => word in COMMAND_OPTIONS);
  const help = command === undefined ? 'tiersim --help' : `tiersim ${command} --help`;
  const unknown = /^Unknown (?:argument|command)s?: (.*)$/.exec(failure)?.[1]?.split(', ');
  if (unknown === undefined) return `${plainFailure(failure, command)} (see ${help})`;
  // Without a command the first word is the mistake; what follows it cannot be judged.
  const judged = command === undefined ? unknown.slice(0, 1) : unknown;
  const complaints = judged.map((name) => {
    const given = name.length === 1 ? `-${name}` : `--${name}`;
    const isOption = words.some((word) => word === given || word.startsWith(`${given}=`) || word === `--no-${name}`);
    const known = isOption ? optionNames(command) : Object.keys(COMMAND_OPTIONS);
    const [nearest] = nearestNames(name, known);
    const hint = nearest === undefined ? '' : `; did you mean ${isOption ? '--' : ''}${nearest}?`;
    return `unknown ${isOption ? `option ${given}` : `command "${name}"`}${hint}`;
  });
  return `${complaints.join(', ')} (see ${help})`;
}

function optionNames(command: string | undefined): string[] {
  return [...(command === undefined ? [] : (COMMAND_OPTIONS[command] ?? [])), 'help', 'version'];
}

function plainFailure(failure: string, command: string | undefined): string {
  if (failure.startsWith('Not enough non-option arguments')) return `${command ?? 'it'} needs at least one FILE`;
  const valueless = /^Not enough arguments following: (.*)$/.exec(failure)?.[1];
  if (valueless !== undefined) return `${valueless.length === 1 ? '-' : '--'}${valueless} needs a value`;
  const needed = /^Missing required arguments?: (.*)$/.exec(failure)?.[1];
  if (needed !== undefined) return `--${needed} is needed`;
  const choice = /Argument: (.*), Given: (.*), Choices: (.*)/.exec(failure);
  if (choice !== null) return `${choice[1]} is ${choice[2]}, it can be one of ${choice[3]}`;
  return failure.replace(/\s*\n\s*/g, ' ');
}
