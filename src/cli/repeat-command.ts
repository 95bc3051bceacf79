/** The command line that repeats a run: one file, with the options that change its result. */
export function repeatCommand(file: string, set: readonly string[], seed: string | null): string {
  const words = ['tiersim', 'run', file.startsWith('-') ? `./${file}` : file];
  for (const assignment of set) words.push('--set', assignment);
  if (seed !== null) words.push('--seed', seed);
  return words.map(shellWord).join(' ');
}

/** Quoted for a POSIX shell where needed. */
function shellWord(word: string): string {
  return /^[\w./:@%+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
