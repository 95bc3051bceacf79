import type { Arguments } from './arguments.js';
import type { OptionName } from './options.js';

/** The command line that repeats a run: one file, with the options that change its result. */
export function repeatCommand(file: string, set: readonly string[], seed: string | null): string {
  return commandLine(
    'run',
    [file],
    [...set.flatMap((assignment) => ['--set', assignment]), ...(seed === null ? [] : ['--seed', seed])],
  );
}

/** What a study finds depends on these alone, not on threads or outputs. */
const OF_STUDIES: readonly OptionName[] = [
  'what-if',
  'vary',
  'sample',
  'of',
  'target',
  'tolerance',
  'peak',
  'set',
  'seed',
  'runs',
  'precision',
];

/** The same of a study of many runs. */
export function repeatStudy(name: string, files: readonly string[], args: Arguments): string {
  const options = OF_STUDIES.flatMap((option) => {
    const value = args[option];
    if (value === undefined || value === false) return [];
    if (value === true) return [`--${option}`];
    return [value].flat().flatMap((one) => [`--${option}`, String(one)]);
  });
  return commandLine(name, files, options);
}

function commandLine(name: string, files: readonly string[], options: readonly string[]): string {
  const words = ['tiersim', name, ...files.map((file) => (file.startsWith('-') ? `./${file}` : file)), ...options];
  return words.map(shellWord).join(' ');
}

/** Quoted for a POSIX shell where needed. */
function shellWord(word: string): string {
  return /^[\w./:@%+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
