import { OUTCOMES, type Outcome } from '../models/outcome.js';

/**
 * Colours by name: CSS variables, so that one drawing serves light, dark and paper. Tiers keep theirs in every chart, in
 * the order of the profile. Told apart with any colour vision (after Okabe and Ito), and by dashes and words as well.
 */
export const TIER_COLORS = 8;

export function tierColor(index: number): string {
  return `var(--tier-${(index % TIER_COLORS) + 1})`;
}

export function outcomeColor(outcome: Outcome): string {
  return `var(--outcome-${OUTCOMES.indexOf(outcome) + 1})`;
}

/** Where time goes, in the order in which it goes there. */
export const PHASES = ['retries', 'gateway', 'queue', 'prefill', 'sharing', 'preemption', 'decode', 'chunks'] as const;
export type Phase = (typeof PHASES)[number];

export const PHASE_LABELS: Readonly<Record<Phase, string>> = {
  retries: 'earlier attempts',
  gateway: 'gateway',
  queue: 'node queue, nobody let in',
  prefill: 'own prefill',
  sharing: 'sharing steps',
  preemption: 'preempted',
  decode: 'decoding',
  chunks: "others' prompt chunks",
};

export function phaseColor(phase: Phase): string {
  return `var(--phase-${PHASES.indexOf(phase) + 1})`;
}

/** Each variable on a light ground and on a dark one; both also serve where no style sheet reaches, as in a saved picture. */
export const COLORS: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  '--ink': ['#1b2430', '#e8ecf1'],
  '--soft': ['#5a6675', '#a7b3c1'],
  '--rule': ['#dde2e8', '#323c48'],
  '--paper': ['#ffffff', '#12171d'],
  '--raised': ['#f6f8fa', '#1a212a'],
  '--good': ['#0a6b4f', '#4fd0a0'],
  '--bad': ['#b3261e', '#ff8a7a'],
  '--warn': ['#7a5200', '#e6b450'],
  '--focus': ['#0b57d0', '#8ab4ff'],
  '--tier-1': ['#1f5fbf', '#74a9ff'],
  '--tier-2': ['#c95400', '#ff9a4a'],
  '--tier-3': ['#0b8a6a', '#43cfa6'],
  '--tier-4': ['#94489a', '#d79bdc'],
  '--tier-5': ['#84690a', '#dcc053'],
  '--tier-6': ['#4d6172', '#a9bccd'],
  '--tier-7': ['#7d4a22', '#cf9e70'],
  '--tier-8': ['#1b2430', '#f2f4f7'],
  '--outcome-1': ['#9db8d6', '#48658a'],
  '--outcome-2': ['#e0a100', '#e0b040'],
  '--outcome-3': ['#c23b22', '#ff7a5c'],
  '--outcome-4': ['#6b4c9a', '#b79be0'],
  '--outcome-5': ['#a8577e', '#e08fb8'],
  '--outcome-6': ['#5d4037', '#c09a8a'],
  '--outcome-7': ['#7a7a2c', '#c9c95e'],
  '--outcome-8': ['#111111', '#fafafa'],
  '--outcome-9': ['#b9c0c8', '#6f7b88'],
  '--phase-1': ['#8c5a2b', '#d0a070'],
  '--phase-2': ['#c79a1e', '#e3c260'],
  '--phase-3': ['#b3bcc6', '#5d6a78'],
  '--phase-4': ['#17708f', '#5fb8d8'],
  '--phase-5': ['#86bdd0', '#2f6f88'],
  '--phase-6': ['#8e2f3c', '#f08a96'],
  '--phase-7': ['#51618f', '#98a8dc'],
  '--phase-8': ['#a3aed0', '#5d6a96'],
};

/** The colours as style sheet variables, with the marks of tiers made of them. */
export function colorVariables(): string {
  const block = (shade: 0 | 1): string =>
    Object.entries(COLORS)
      .map(([name, shades]) => `${name}:${shades[shade]}`)
      .join(';');
  const lines = Array.from(
    { length: TIER_COLORS },
    (_, i) => `.line-${i + 1}{border-bottom-color:var(--tier-${i + 1})!important}`,
  );
  return `:root{${block(0)}}@media screen and (prefers-color-scheme:dark){:root{${block(1)}}}${lines.join('')}`;
}
