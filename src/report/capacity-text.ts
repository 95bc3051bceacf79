import type { Binding, Capacity, LoadLimit } from '../plan/findings.js';
import { formatNumber, formatShare } from './format.js';
import type { Style } from './grid.js';
import { paint } from './paint.js';
import { studyPage, tableSection } from './study-page.js';
import { printable, wrap } from './text-width.js';

/** How much load each target survives, or how much of one part fits, what binds, and how it was found. */
export function renderCapacity(capacity: Capacity, style: Style): string {
  const { of, limits, seed, version } = capacity;
  const lines = [
    paint(
      `${printable(capacity.name)}: ${of === null ? 'how much load each target survives' : `how much ${printable(of)} fits`}`,
      'heading',
      style.color,
    ),
    ...wrap(printable(capacity.about), style.width),
    '',
    ...limits.flatMap((limit) => [...limitLines(limit, capacity, style), '']),
    ...wrap(methodSentence(capacity), style.width),
    paint(`seed ${printable(seed)} · tiersim ${printable(version)}`, 'faint', style.color),
  ];
  return `${lines.join('\n')}\n`;
}

/** As a page: the same sentences, and every load that was tried. */
export function capacityPage(capacity: Capacity, style: string, command: string | null = null): string {
  const { name, about, of, limits, tried, targets, hash } = capacity;
  const rows = tried.map(({ factor, met }) => [times(factor), ...met.map((isMet) => (isMet ? 'met' : 'missed'))]);
  return studyPage(
    {
      name,
      heading: of === null ? 'How much load each target survives' : `How much ${of} fits`,
      about,
      answer: [...limits.map((limit) => `${limitSentences(limit, capacity).join('. ')}.`), methodSentence(capacity)],
      sections: [tableSection('Loads that were tried', ['times the load', ...targets], rows)],
      made: { ...capacity, hashes: [hash], command },
    },
    style,
  );
}

/** The same as Markdown. */
export function capacityMarkdown(capacity: Capacity): string {
  const { of, limits } = capacity;
  const lines = [
    `# ${printable(capacity.name)}: ${of === null ? 'how much load each target survives' : `how much ${printable(of)} fits`}`,
    '',
  ];
  if (capacity.about !== '') lines.push(printable(capacity.about), '');
  for (const limit of limits) lines.push(`- ${limitSentences(limit, capacity).join('. ')}.`);
  return [...lines, '', methodSentence(capacity), ''].join('\n');
}

function limitLines(limit: LoadLimit, capacity: Capacity, style: Style): string[] {
  const [first = '', ...others] = limitSentences(limit, capacity);
  const tone = limit.state === 'found' || limit.state === 'beyond' ? null : 'warning';
  return [
    ...wrap(first, style.width).map((line) => paint(line, tone, style.color)),
    ...others.flatMap((text) => wrap(text, style.width - 2).map((line) => `  ${line}`)),
  ];
}

function limitSentences(limit: LoadLimit, capacity: Capacity): string[] {
  const { binding, missedBeyond, notMonotone } = limit;
  const sentences = [`${subject(limit, capacity)} ${verdict(limit, capacity)}`];
  if (limit.searched !== null && limit.factor !== null && limit.factor < limit.searched) {
    sentences.push(
      `${times(limit.searched)} looked possible in the runs of the search; fresh ones said ${times(limit.factor)}`,
    );
  }
  if (capacity.of !== null && missedBeyond.length > 0)
    sentences.push(`beyond it ${missedBeyond.map(printable).join(' and ')} is missed`);
  if (binding !== null && limit.state !== 'never' && limit.state !== 'unjudged')
    sentences.push(bindingSentence(binding));
  if (notMonotone !== null) {
    sentences.push(
      `not monotone: missed at ${times(notMonotone.missesAt)} and met again at ${times(notMonotone.holdsAt)} the load; the limit named is the lower one`,
    );
  }
  return sentences;
}

function subject({ targets }: LoadLimit, { of }: Capacity): string {
  return of === null ? targets.map(printable).join(' and ') : `${printable(of)}:`;
}

function verdict(limit: LoadLimit, { of }: Capacity): string {
  const { state, factor, interval, searched, offeredPerSecond, partPerSecond } = limit;
  const load = of === null ? 'the load' : 'what there is now';
  const spread = interval === null ? '' : ` (95 %: ${formatNumber(interval.low)} to ${formatNumber(interval.high)})`;
  const rate = of === null ? offeredPerSecond : partPerSecond;
  const rates =
    rate === null || rate === undefined ? '' : `, ${formatNumber(rate)} requests/s${of === null ? ' in all' : ''}`;
  switch (state) {
    case 'found':
      return `${of === null ? 'holds up to' : ''} ${times(factor ?? 0)} ${load}${rates}${spread}`.trim();
    case 'beyond':
      return `holds at every load that was tried, up to ${times(factor ?? 0)} ${load}${rates}`;
    case 'never':
      return of === null
        ? 'is missed at every load that was tried'
        : 'no target set is met however little of it there is';
    case 'unjudged':
      return 'cannot be judged: no attempt of that tier got so far';
    case 'uncertified':
      return `${times(searched ?? 0)} ${load} looked possible, but no load near it held in fresh runs: take more runs`;
  }
}

function bindingSentence({
  pool,
  resource,
  kvUse,
  seatUse,
  waiting,
  budgetUse,
  busyShare,
  preemptions,
}: Binding): string {
  const figures = `in its busiest tenth of the time KV ${formatShare(Math.min(1, kvUse))}, seats ${formatShare(Math.min(1, seatUse))}, ${formatNumber(waiting)} waiting a node`;
  const name = printable(pool);
  switch (resource) {
    case 'kv':
      return `KV memory of ${name} binds: ${figures}${preemptions >= 1 ? `, ${formatNumber(preemptions)} preemptions` : ''}`;
    case 'seats':
      return `the seats of ${name} bind: ${figures}`;
    case 'prefill':
      return `prefill on ${name} binds: requests wait though KV and seats are free (${figures}); a step computes ${formatShare(Math.min(1, budgetUse))} of its token budget on average`;
    case 'stepTime':
      return `the steps of ${name} themselves are slow: nobody waits for room, but it is busy ${formatShare(Math.min(1, busyShare))} of the time (${figures})`;
    case 'none':
      return `no resource of ${name} is short (${figures}): a limit or a rule of the provider binds`;
  }
}

function methodSentence({ runs, tolerance, tried, of }: Capacity): string {
  const low = tried[0]?.factor ?? 1;
  const high = tried.at(-1)?.factor ?? 1;
  const what =
    of === null
      ? 'All traffic was scaled together'
      : `Only ${printable(of)} was scaled, the other traffic is the same at every load`;
  return `${what}: ${tried.length} loads from ${times(low)} to ${times(high)}, ${runs} ${runs === 1 ? 'run' : 'runs'} each with the same random numbers, narrowed to ${formatShare(tolerance)}, then confirmed by ${runs} fresh ${runs === 1 ? 'run' : 'runs'}. The interval is of the loads at which the runs, each for itself, begin to miss.`;
}

function times(factor: number): string {
  return `${formatNumber(factor)}x`;
}
