import type { Detail, SampledAttempt, SampledRequest, Summary } from '../sim/summary.js';
import { safeJson } from './json.js';
import { printable } from './text-width.js';

interface TraceEvent {
  readonly name: string;
  readonly cat?: string;
  /** X: a span, C: a counter, M: the name of a track. */
  readonly ph: 'X' | 'C' | 'M';
  readonly ts: number;
  readonly dur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly args?: Readonly<Record<string, string | number | null>>;
}

/**
 * Trace in Chrome's event format, for ui.perfetto.dev: counters of each pool, the sampled requests of each tier, one
 * track a request, and the same requests on their nodes. Spans of one track never overlap unless one holds the other.
 */
export function perfettoTrace(summary: Summary, detail: Detail): string {
  const events: TraceEvent[] = [];
  let pid = 1;
  for (const [name, pool] of Object.entries(summary.series.pools)) {
    events.push(...named('process_name', `pool ${printable(name)}`, pid, 0));
    for (const key of ['running', 'waiting', 'kvUse'] as const) {
      summary.series.atSeconds.forEach((at, i) => {
        const value = pool[key][i];
        if (value !== undefined)
          events.push({ name: key, ph: 'C', ts: us(at * 1000), pid, tid: 0, args: { [key]: value } });
      });
    }
    events.push(...nodeTracks(detail, name, pid));
    pid++;
  }
  for (const tier of Object.keys(summary.tiers)) {
    const samples = detail.samples.filter((sample) => sample.tier === tier);
    if (samples.length === 0) continue;
    events.push(...named('process_name', `tier ${printable(tier)}, sampled requests`, pid, 0));
    for (const [index, sample] of samples.entries()) events.push(...requestTrack(sample, pid, index + 1));
    pid++;
  }
  return safeJson({
    displayTimeUnit: 'ms',
    otherData: { scenario: summary.scenario.name, fingerprint: summary.run.fingerprint },
    traceEvents: events,
  });
}

/** Sampled attempts while they were at a node: as many tracks a node as overlapped. */
function nodeTracks(detail: Detail, pool: string, pid: number): TraceEvent[] {
  const stays = detail.samples
    .flatMap((sample) => sample.attempts.map((attempt) => ({ sample, attempt })))
    .filter(({ attempt }) => attempt.pool === pool && attempt.atNodeMs !== null)
    .sort((a, b) => (a.attempt.atNodeMs ?? 0) - (b.attempt.atNodeMs ?? 0));
  const lanes: { readonly node: number; freeMs: number }[] = [];
  const events: TraceEvent[] = [];
  for (const { sample, attempt } of stays) {
    const node = attempt.node ?? 0;
    let lane = lanes.findIndex((one) => one.node === node && one.freeMs <= (attempt.atNodeMs ?? 0));
    if (lane < 0) {
      lane = lanes.push({ node, freeMs: 0 }) - 1;
      events.push(...named('thread_name', `node ${node}`, pid, lane + 1));
    }
    lanes[lane]!.freeMs = attempt.endMs;
    events.push(...atNode(sample, attempt, pid, lane + 1));
  }
  return events;
}

function requestTrack(sample: SampledRequest, pid: number, tid: number): TraceEvent[] {
  const last = sample.attempts.at(-1);
  if (last === undefined) return [];
  const { request, promptTokens, why } = sample;
  const args = { class: printable(sample.class), promptTokens, why };
  return [
    ...named('thread_name', `request ${request}`, pid, tid),
    span(`request ${request}`, 'request', sample.sentMs, last.endMs, pid, tid, args),
    ...sample.attempts.flatMap((attempt) => [
      span(`attempt ${attempt.attempt}: ${attempt.outcome}`, 'attempt', attempt.sentMs, attempt.endMs, pid, tid, {
        cause: attempt.cause,
        servedAs: printable(attempt.servedAs),
        outputTokens: attempt.outputTokens,
        preemptions: attempt.preemptions,
      }),
      ...(attempt.atNodeMs !== null && attempt.atNodeMs > attempt.sentMs
        ? [span('gateway', 'phase', attempt.sentMs, attempt.atNodeMs, pid, tid)]
        : []),
      ...phases(attempt, pid, tid),
    ]),
  ];
}

function atNode(sample: SampledRequest, attempt: SampledAttempt, pid: number, tid: number): TraceEvent[] {
  const name = `${printable(sample.tier)} ${sample.request}`;
  return [span(name, 'request', attempt.atNodeMs ?? 0, attempt.endMs, pid, tid), ...phases(attempt, pid, tid)];
}

function phases(
  { atNodeMs, scheduledMs, firstTokenMs, endMs }: SampledAttempt,
  pid: number,
  tid: number,
): TraceEvent[] {
  if (atNodeMs === null) return [];
  const events = [span('queue', 'phase', atNodeMs, scheduledMs ?? endMs, pid, tid)];
  if (scheduledMs !== null) events.push(span('prefill', 'phase', scheduledMs, firstTokenMs ?? endMs, pid, tid));
  if (firstTokenMs !== null) events.push(span('decode', 'phase', firstTokenMs, endMs, pid, tid));
  return events;
}

function span(
  name: string,
  cat: string,
  fromMs: number,
  toMs: number,
  pid: number,
  tid: number,
  args?: TraceEvent['args'],
): TraceEvent {
  const ts = us(fromMs);
  return { name, cat, ph: 'X', ts, dur: us(toMs) - ts, pid, tid, ...(args === undefined ? {} : { args }) };
}

function named(what: 'process_name' | 'thread_name', name: string, pid: number, tid: number): TraceEvent[] {
  return [{ name: what, ph: 'M', ts: 0, pid, tid, args: { name } }];
}

function us(ms: number): number {
  return Math.round(ms * 1000);
}
