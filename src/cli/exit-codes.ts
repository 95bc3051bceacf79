/** Every number with which the process can end, and nothing else. */
export const EXIT = {
  fine: 0,
  internalError: 1,
  usage: 2,
  incomplete: 3,
  /** The number k6 uses for a missed threshold. */
  targetMissed: 99,
  /** 128 + SIGINT, as shells report it. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_CODES_HELP = [
  'Exit codes:',
  '    0  fine',
  '    1  internal error, or --check found a difference',
  '    2  wrong usage, unreadable file or invalid scenario',
  '    3  incomplete: a part of the results is missing',
  '   99  a target was missed',
  '  130  interrupted',
].join('\n');

const WORST_FIRST: readonly ExitCode[] = [
  EXIT.interrupted,
  EXIT.internalError,
  EXIT.usage,
  EXIT.incomplete,
  EXIT.targetMissed,
  EXIT.fine,
];

/** The code of several runs together is that of the worst of them. */
export function worstExit(codes: readonly ExitCode[]): ExitCode {
  return WORST_FIRST.find((code) => codes.includes(code)) ?? EXIT.fine;
}
