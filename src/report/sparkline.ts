const MARKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/**
 * One mark a value, from 0 to the largest value; null (nothing to measure there) is a space. Values below zero
 * count as zero. Where all values are zero the line is flat.
 */
export function sparkline(values: readonly (number | null)[]): string {
  let largest = 0;
  for (const value of values) if (value !== null && value > largest) largest = value;
  let line = '';
  for (const value of values) {
    if (value === null) line += ' ';
    else if (largest === 0 || value <= 0) line += MARKS[0];
    else line += MARKS[Math.min(7, Math.ceil((value / largest) * 8) - 1)];
  }
  return line;
}

/** Sums of so many neighbours each; the last sum may have fewer. */
export function sumByGroups(values: readonly number[], groupSize: number): number[] {
  const sums: number[] = [];
  values.forEach((value, index) => {
    const group = Math.floor(index / groupSize);
    sums[group] = (sums[group] ?? 0) + value;
  });
  return sums;
}
