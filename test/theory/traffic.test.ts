import { describe, expect, it } from 'vitest';
import type { Lengths } from '../../src/models/scenario.js';
import type { GapLaw, RateWindow } from '../../src/models/trace.js';
import { stream } from '../../src/sim/core/random.js';
import { weibullShapeForCv, weibullUnitMean } from '../../src/sim/core/weibull-shape.js';
import { simulate } from '../../src/sim/simulate.js';
import { arrivalProcess } from '../../src/sim/workload/arrivals.js';
import { LengthSampler } from '../../src/sim/workload/lengths.js';
import { type ClientRates, SuperposedArrivals } from '../../src/sim/workload/superposed.js';
import { scenarioOf, scenarioText } from '../scenario/fixture.js';
import { drawn, gammaCumulative, kolmogorovSmirnov, normalCumulative } from '../sim/core/statistics.js';

const SECOND_US = 1e6;
/** One of a hundred thousand samples that follow the law is farther from it: many tests, one seed, no luck. */
const KS_MAX = 2.47;

/** Share of gaps of mean 1 that are shorter. */
function gapCumulative(law: GapLaw, cv: number): (gap: number) => number {
  if (cv === 1) return (gap) => 1 - Math.exp(-gap);
  if (law === 'gamma') {
    const shape = 1 / (cv * cv);
    return (gap) => (gap === 0 ? 0 : gammaCumulative(gap * shape, shape, logGamma(shape)));
  }
  const shape = weibullShapeForCv(cv);
  const scale = 1 / weibullUnitMean(shape);
  return (gap) => 1 - Math.exp(-Math.exp(shape * Math.log(gap / scale)));
}

/** Stirling's series after a shift to large arguments. */
function logGamma(x: number): number {
  let shift = 0;
  let at = x;
  for (; at < 20; at++) shift += Math.log(at);
  const series = 1 / (12 * at) - 1 / (360 * at * at * at) + 1 / (1260 * at * at * at * at * at);
  return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series - shift;
}

describe('gaps between arrivals follow their law', () => {
  it.each([
    ['gamma', 0.5],
    ['gamma', 1],
    ['gamma', 3],
    ['weibull', 0.6],
    ['weibull', 2.5],
  ] as const)('%s with cv %d', (law, cv) => {
    const process = arrivalProcess({ kind: law, perSecond: 20, cv }, stream('1', 0, `law/${law}`), 0);
    const places = (law2: GapLaw, cv2: number) => {
      const coin = stream('1', 0, 'coin');
      return Float64Array.from(gaps, (gap) => placeOf(gap, 20, gapCumulative(law2, cv2), coin));
    };
    let last = process.nextAfter(0);
    const gaps = drawn(20_000, () => {
      const next = process.nextAfter(last);
      const gap = next - last;
      last = next;
      return (gap / SECOND_US) * 20;
    });
    expect(kolmogorovSmirnov(places(law, cv), UNIFORM)).toBeLessThan(KS_MAX);
    expect(kolmogorovSmirnov(places(law, cv * 1.2), UNIFORM)).toBeGreaterThan(KS_MAX);
  });
});

const UNIFORM = (place: number) => place;

/**
 * The share of gaps of the law that are shorter than this one: uniform if it follows the law. Arrivals are at whole
 * microseconds, so of very short gaps only is known that they are short, and chance places them.
 */
function placeOf(
  gap: number,
  perSecond: number,
  cumulative: (gap: number) => number,
  coin: { uniform(): number },
): number {
  const short = (200 / SECOND_US) * perSecond;
  return gap < short ? cumulative(short) * coin.uniform() : cumulative(gap);
}

/** As ServeGen describes them: unequal rates, a CV and a law for each client and window. */
function servegenClients(count: number): ClientRates[] {
  const source = stream('servegen', 0, 'clients');
  return Array.from({ length: count }, () => ({
    windows: Array.from({ length: 6 }, (_, n): RateWindow => {
      const perSecond = 0.2 * Math.exp(3 * source.uniform());
      return {
        fromUs: n * 600 * SECOND_US,
        toUs: (n + 1) * 600 * SECOND_US,
        perSecond,
        cv: 0.6 + 2.4 * source.uniform(),
        law: source.uniform() < 0.5 ? 'gamma' : 'weibull',
      };
    }),
  }));
}

describe('many clients together, as ServeGen has them', () => {
  const clients = servegenClients(60);
  const played: Record<number, number[]> = {};
  const process = new SuperposedArrivals(
    clients,
    { speed: 1, scale: 1, fromUs: 0, toUs: Number.POSITIVE_INFINITY, loop: false, horizonUs: 3600 * SECOND_US },
    (client) => stream('7', 1, `client/${client}`),
  );
  for (let atUs = process.nextArrivalUs(); atUs < 3600 * SECOND_US; atUs = process.nextArrivalUs()) {
    played[process.client] ??= [];
    played[process.client]!.push(atUs);
  }

  it('keep each its own law in every window: the place of each gap in its law is uniform', () => {
    const places: number[] = [];
    const coin = stream('1', 0, 'coin');
    for (const [client, times] of Object.entries(played)) {
      for (const [n, atUs] of times.slice(1).entries()) {
        const beganUs = times[n]!;
        const window = clients[Number(client)]!.windows.find(
          ({ fromUs, toUs }) => fromUs <= beganUs && beganUs < toUs,
        )!;
        // In expected arrivals, on through the windows the gap reaches into.
        const gap = clients[Number(client)]!.windows.reduce((sum, { fromUs, toUs, perSecond }) => {
          return sum + (Math.max(0, Math.min(toUs, atUs) - Math.max(fromUs, beganUs)) / SECOND_US) * perSecond;
        }, 0);
        // A gap that the end of the hour would cut is likelier to be long, so gaps that begin near it are left out.
        if (beganUs < 2700 * SECOND_US)
          places.push(placeOf(gap, window.perSecond, gapCumulative(window.law, window.cv), coin));
      }
    }
    expect(places.length).toBeGreaterThan(80_000);
    expect(kolmogorovSmirnov(Float64Array.from(places), UNIFORM)).toBeLessThan(KS_MAX);
    const bent = Float64Array.from(places, (place) => Math.exp(1.03 * Math.log(place)));
    expect(kolmogorovSmirnov(bent, UNIFORM)).toBeGreaterThan(KS_MAX);
  });

  it('bring as many as their rates say, all together and window by window', () => {
    for (let n = 0; n < 6; n++) {
      const within = (atUs: number) => atUs >= n * 600 * SECOND_US && atUs < (n + 1) * 600 * SECOND_US;
      const count = Object.values(played).reduce((sum, times) => sum + times.filter(within).length, 0);
      const windows = clients.map((client) => client.windows[n]!);
      const expected = windows.reduce((sum, { perSecond }) => sum + perSecond * 600, 0);
      // Counts of a renewal process spread like cv^2 times their mean, nearly.
      const variance = windows.reduce((sum, { perSecond, cv }) => sum + perSecond * 600 * cv * cv, 0);
      expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(variance) + 5);
    }
  });
});

describe('lengths have the percentiles of their law', () => {
  const OPEN = { min: 1, max: null };
  const N = 40_000;
  /** Of whole tokens: what is drawn is rounded, and at least 1. */
  const LAWS: readonly (readonly [string, Lengths, (tokens: number) => number])[] = [
    [
      'lognormal',
      { kind: 'lognormal', mu: 6.3, sigma: 0.9, ...OPEN },
      (x) => normalCumulative((Math.log(x + 0.5) - 6.3) / 0.9),
    ],
    ['exponential', { kind: 'exponential', mean: 180, ...OPEN }, (x) => 1 - Math.exp(x * Math.log(1 - 1 / 180))],
    ['uniform', { kind: 'uniform', low: 100, high: 899, ...OPEN }, (x) => Math.min(1, Math.max(0, (x - 99) / 800))],
    [
      'a histogram',
      {
        kind: 'histogram',
        bins: [
          [64, 2],
          [512, 5],
          [4096, 3],
        ],
        ...OPEN,
      },
      (x) => (x < 64 ? 0 : x < 512 ? 0.2 : x < 4096 ? 0.7 : 1),
    ],
  ];

  it.each(LAWS)('%s', (_name, spec, cumulative) => {
    const sampler = new LengthSampler(spec, stream('3', 0, `lengths/${spec.kind}`));
    const values = drawn(N, () => sampler.next()).sort();
    for (let tokens = 1; tokens < 20_000; tokens = Math.ceil(tokens * 1.07)) {
      const share = upTo(values, tokens) / N;
      expect(Math.abs(share - cumulative(tokens)) * Math.sqrt(N)).toBeLessThan(KS_MAX);
    }
  });

  it('a lognormal written by mean and p95 has both', () => {
    const text = 'traffic:\n  - {name: app, arrivals: 1/s, input: {lognormal: {mean: 900, p95: 3000}}, output: 5}';
    const spec = scenarioOf(scenarioText({ traffic: text })).traffic[0]!.input;
    const sampler = new LengthSampler(spec, stream('4', 0, 'lengths'));
    const values = drawn(N, () => sampler.next()).sort();
    expect(upTo(values, 3000) / N).toBeCloseTo(0.95, 2);
    expect(values.reduce((sum, value) => sum + value, 0) / N / 900).toBeCloseTo(1, 1);
  });

  function upTo(sorted: Float64Array, tokens: number): number {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sorted[middle]! <= tokens) low = middle + 1;
      else high = middle;
    }
    return low;
  }
});

describe('a class more shifts no stream of another', () => {
  const own = [
    'arrivals: {gamma: {rate: 3/s, cv: 2}}, input: {lognormal: {mean: 200, p95: 600}}, output: {exponential: 40}, tier: {standard: 60%, priority: 40%}',
    'arrivals: {clients: {count: 20, rate: 2/s, zipf: 1, cv: 2}}, input: 100, output: 20, sharedPrefix: {families: 5, length: 40}',
    'arrivals: 0.3/s, input: 80, output: 20, sessions: {turns: 3, hops: {uniform: [1, 4]}, thinkTime: 5s, toolTime: 1s}',
    'arrivals: {daily: {mean: 1/s, peakToTrough: 3}}, input: {histogram: [[10, 1], [99, 2]]}, output: 9, fees: {search: {price: $0.01, share: 30%}}',
  ].map((rest, n) => `  - {name: own${n}, ${rest}}`);
  const other =
    '  - {name: other, arrivals: 4/s, input: {exponential: 90}, output: {exponential: 30}, client: openai-python}';

  /** What is drawn for each request of the class, in the order of sending. */
  function drawsOf(classes: readonly string[], name: string): readonly string[] {
    const scenario = scenarioOf(scenarioText({ head: 'duration: 4m', traffic: `traffic:\n${classes.join('\n')}` }));
    const rows: [number, string][] = [];
    simulate(scenario, {
      version: '1',
      hash: '',
      onRecord: ({ class: of, attempt, sentUs, promptTokens, tierAsked, outputTokens, outcome }) => {
        if (of !== name || attempt !== 1) return;
        const answer = outcome === 'completed' ? outputTokens : 'cut';
        rows.push([sentUs, `${sentUs} ${promptTokens} ${tierAsked} ${answer}`]);
      },
    });
    return rows.sort(([a], [b]) => a - b).map(([, row]) => row);
  }

  it.each([0, 1, 3])('arrivals, lengths, tiers and fees of class %d', (n) => {
    const alone = drawsOf([own[n]!], `own${n}`);
    const first = drawsOf([other, own[n]!], `own${n}`);
    const among = drawsOf([...own.slice(0, n), own[n]!, other, ...own.slice(n + 1)], `own${n}`);
    expect(alone.length).toBeGreaterThan(150);
    // A last answer may be cut at another token by the end of the run.
    const settled = (rows: readonly string[]) => rows.slice(0, -40);
    expect(settled(first)).toEqual(settled(alone));
    expect(settled(among)).toEqual(settled(alone));
  });

  it('how sessions begin', () => {
    const starts = (classes: readonly string[]) => {
      const scenario = scenarioOf(scenarioText({ head: 'duration: 4m', traffic: `traffic:\n${classes.join('\n')}` }));
      const begun = new Map<number, number>();
      simulate(scenario, {
        version: '1',
        hash: '',
        onRecord: ({ class: of, session, request, sentUs }) => {
          if (of === 'own2' && session === request) begun.set(session, sentUs);
        },
      });
      return [...begun.values()].sort((a, b) => a - b).slice(0, -10);
    };
    const alone = starts([own[2]!]);
    expect(alone.length).toBeGreaterThan(40);
    expect(starts([other, own[2]!, own[0]!])).toEqual(alone);
  });
});

it('the attempts of a conversation carry its number, and its retries too', () => {
  const text = scenarioText({
    head: 'duration: 5m',
    fleet: 'fleet:\n  - {name: main, model: llama-3.1-8b, hardware: h100, outages: [{at: 60s, for: 20s}]}',
    traffic:
      'traffic:\n  - {name: agent, arrivals: 0.5/s, input: 60, output: 20, sessions: {turns: 2, hops: 3, thinkTime: 2s}, client: {retries: 5, retryOn: [503], backoff: {base: 5s, max: 20s}}}\n  - {name: single, arrivals: 1/s, input: 9, output: 9}',
  });
  const requests = new Map<number, Set<number>>();
  let retried = 0;
  simulate(scenarioOf(text), {
    version: '1',
    hash: '',
    onRecord: ({ class: of, session, request, attempt, sentUs }) => {
      if (of === 'single') expect(session).toBe(0);
      if (of === 'single' || sentUs > 200e6) return;
      if (attempt > 1) retried++;
      requests.set(session, (requests.get(session) ?? new Set()).add(request));
    },
  });
  expect(retried).toBeGreaterThan(0);
  for (const [session, ofSession] of requests) {
    expect(Math.min(...ofSession)).toBe(session);
    expect(ofSession.size).toBeLessThanOrEqual(6);
  }
  expect([...requests.values()].filter((ofSession) => ofSession.size === 6).length).toBeGreaterThan(50);
});
