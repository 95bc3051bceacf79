/**
 * Queueing theory with known answers. Times are in any one unit, rates in its inverse; a load is arrival rate times
 * mean service time, in servers kept busy.
 */

/** First two moments of a service time. */
export interface Service {
  readonly mean: number;
  readonly meanSquare: number;
}

export function exponentialService(mean: number): Service {
  return { mean, meanSquare: 2 * mean * mean };
}

export function fixedService(time: number): Service {
  return { mean: time, meanSquare: time * time };
}

/** A geometric number of ticks (1, 2, ...) of `tick` each: what an exponential becomes on whole tokens. */
export function geometricService(meanTicks: number, tick: number): Service {
  return { mean: meanTicks * tick, meanSquare: (2 * meanTicks - 1) * meanTicks * tick * tick };
}

/**
 * Mean wait in M/G/1, first come first served: Pollaczek and Khinchine. Kleinrock, "Queueing Systems" vol. 1 (1975),
 * section 5.6: W = lambda E[S^2] / (2 (1 - rho)).
 */
export function waitInSingleServer(arrivalRate: number, service: Service): number {
  return (arrivalRate * service.meanSquare) / (2 * (1 - arrivalRate * service.mean));
}

/**
 * Mean wait of each class in M/G/1 with priorities that never interrupt, most urgent first: Cobham, "Priority
 * assignment in waiting line problems", Operations Research 2 (1954); Kleinrock vol. 2 (1976), section 3.2:
 * W_k = W_0 / ((1 - sigma_(k-1)) (1 - sigma_k)), where W_0 is what is left of the service under way and sigma_k the
 * load of class k and all above.
 */
export function waitsByPriority(
  classes: readonly { readonly arrivalRate: number; readonly service: Service }[],
): number[] {
  let left = 0;
  for (const { arrivalRate, service } of classes) left += (arrivalRate * service.meanSquare) / 2;
  let above = 0;
  return classes.map(({ arrivalRate, service }) => {
    const upTo = above + arrivalRate * service.mean;
    const wait = left / ((1 - above) * (1 - upTo));
    above = upTo;
    return wait;
  });
}

/**
 * Share of arrivals that find all of `servers` busy when none may wait: Erlang's loss formula of 1917, by the recursion
 * of Kleinrock vol. 1, section 3.6. It holds for any distribution of the service time.
 */
export function erlangB(servers: number, load: number): number {
  let blocked = 1;
  for (let n = 1; n <= servers; n++) blocked = (load * blocked) / (n + load * blocked);
  return blocked;
}

/** Share of arrivals that wait in M/M/c: Erlang's delay formula; Kleinrock vol. 1, section 3.5. */
export function erlangC(servers: number, load: number): number {
  const blocked = erlangB(servers, load);
  return blocked / (1 - (load / servers) * (1 - blocked));
}

/** Mean wait in M/M/c, over all arrivals. */
export function waitInManyServers(servers: number, arrivalRate: number, serviceMean: number): number {
  const load = arrivalRate * serviceMean;
  return (erlangC(servers, load) * serviceMean) / (servers - load);
}

/** Mean time in an M/G/1 that shares its speed equally among all present; Kleinrock vol. 2, section 4.4. */
export function timeInSharedServer(arrivalRate: number, serviceMean: number): number {
  return serviceMean / (1 - arrivalRate * serviceMean);
}

/**
 * Stationary distribution of a birth-death chain: births at a constant rate, deaths at `deathRate(n)` in state n;
 * Kleinrock vol. 1, section 3.1. Cut where the states beyond `last` no longer count.
 */
export function birthDeath(birthRate: number, deathRate: (n: number) => number, last = 2000): Float64Array {
  const share = new Float64Array(last + 1);
  let sum = 0;
  let weight = 1;
  for (let n = 0; n <= last; n++) {
    if (n > 0) weight *= birthRate / deathRate(n);
    share[n] = weight;
    sum += weight;
  }
  return share.map((value) => value / sum);
}

export function meanOf(distribution: ArrayLike<number>): number {
  let mean = 0;
  for (let n = 0; n < distribution.length; n++) mean += n * distribution[n]!;
  return mean;
}

/** An engine that works in steps: how long one lasts with n sequences in it, and how many it can carry. */
export interface StepEngine {
  readonly seats: number;
  readonly stepTime: (sequences: number) => number;
  /** Of whole tokens per sequence, geometric: each step is a sequence's last with probability 1 / meanTokens. */
  readonly meanTokens: number;
}

/**
 * Time averages of an engine of discrete steps under Poisson arrivals, exactly: the number present at step boundaries
 * is a Markov chain, n -> n - (those whose last step it was) + (arrivals during the step), and averages over time
 * weigh its states by the length of their steps. An arrival waits for the next boundary; an idle engine begins at once.
 * With steps that are short against the service this tends to the birth-death chain with death rate
 * min(n, seats) / (meanTokens * stepTime(min(n, seats))).
 */
export function steppedEngine(
  arrivalRate: number,
  engine: StepEngine,
  last: number,
): { running: number; waiting: number } {
  const atBoundary = stationary(boundaryMatrix(arrivalRate, engine, last));
  let time = 0;
  let running = 0;
  let waiting = 0;
  for (let n = 0; n <= last; n++) {
    const weight = atBoundary[n]!;
    const inStep = Math.min(n, engine.seats);
    const length = n === 0 ? 1 / arrivalRate : engine.stepTime(inStep);
    time += weight * length;
    if (n === 0) continue;
    running += weight * length * inStep;
    waiting += weight * length * (n - inStep + (arrivalRate * length) / 2);
  }
  return { running: running / time, waiting: waiting / time };
}

/** From n at one boundary to m at the next; an empty engine's next boundary is the arrival that wakes it. */
function boundaryMatrix(arrivalRate: number, engine: StepEngine, last: number): Float64Array[] {
  const rows: Float64Array[] = [];
  for (let n = 0; n <= last; n++) {
    const row = new Float64Array(last + 1);
    if (n === 0) {
      row[1] = 1;
    } else {
      const inStep = Math.min(n, engine.seats);
      const ending = binomial(inStep, 1 / engine.meanTokens);
      const coming = poisson(arrivalRate * engine.stepTime(inStep), last);
      for (let gone = 0; gone <= inStep; gone++) {
        for (let come = 0; come < coming.length; come++) {
          row[Math.min(last, n - gone + come)]! += ending[gone]! * coming[come]!;
        }
      }
    }
    rows.push(row);
  }
  return rows;
}

/** The chain's stationary distribution by elimination: Grassmann, Taksar and Heyman, Operations Research 33 (1985). */
function stationary(matrix: readonly Float64Array[]): Float64Array {
  const size = matrix.length;
  const p = matrix.map((row) => row.slice());
  for (let n = size - 1; n > 0; n--) {
    let out = 0;
    for (let j = 0; j < n; j++) out += p[n]![j]!;
    for (let i = 0; i < n; i++) {
      const share = (p[i]![n]! /= out);
      if (share === 0) continue;
      for (let j = 0; j < n; j++) p[i]![j]! += share * p[n]![j]!;
    }
  }
  const weights = new Float64Array(size);
  weights[0] = 1;
  let sum = 1;
  for (let n = 1; n < size; n++) {
    for (let i = 0; i < n; i++) weights[n]! += weights[i]! * p[i]![n]!;
    sum += weights[n]!;
  }
  return weights.map((weight) => weight / sum);
}

function binomial(n: number, p: number): Float64Array {
  let shares = Float64Array.of(1);
  for (let trial = 1; trial <= n; trial++) {
    const next = new Float64Array(trial + 1);
    for (let k = 0; k < trial; k++) {
      next[k]! += shares[k]! * (1 - p);
      next[k + 1]! += shares[k]! * p;
    }
    shares = next;
  }
  return shares;
}

/** Cut at `last` and where nothing is left. */
function poisson(mean: number, last: number): Float64Array {
  const shares: number[] = [];
  let share = Math.exp(-mean);
  for (let k = 0; k <= last && (k <= mean || share > 1e-18); k++) {
    shares.push(share);
    share *= mean / (k + 1);
  }
  return Float64Array.from(shares);
}
