/** Colour is an addition only: whatever it says is also said in words. */
export type Tone = 'heading' | 'good' | 'bad' | 'warning' | 'faint';

const CODES: Readonly<Record<Tone, string>> = { heading: '1', good: '32', bad: '31', warning: '33', faint: '2' };

/** ANSI codes around the text when colour is wanted, the plain text otherwise. */
export function paint(text: string, tone: Tone | null, color: boolean): string {
  return color && tone !== null && text !== '' ? `\u001B[${CODES[tone]}m${text}\u001B[0m` : text;
}
