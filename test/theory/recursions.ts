/** Queues worked out request by request, without events: what a simulator must reproduce exactly. */

export interface Job {
  readonly arrival: number;
  readonly service: number;
}

/** Waits behind one queue before `servers` equal servers, first come first served: Kiefer and Wolfowitz (1955). */
export function waitsBehindOneQueue(jobs: readonly Job[], servers: number): number[] {
  const freeAt = new Array<number>(servers).fill(0);
  return jobs.map(({ arrival, service }) => {
    let next = 0;
    for (let server = 1; server < servers; server++) if (freeAt[server]! < freeAt[next]!) next = server;
    const start = Math.max(arrival, freeAt[next]!);
    freeAt[next] = start + service;
    return start - arrival;
  });
}

/** Which jobs are lost when a job that finds all servers busy goes away. */
export function lostWithoutQueue(jobs: readonly Job[], servers: number): boolean[] {
  let busyUntil: number[] = [];
  return jobs.map(({ arrival, service }) => {
    // Who ends at the microsecond of an arrival is still there: leaving comes after arriving at one instant.
    busyUntil = busyUntil.filter((end) => end >= arrival);
    if (busyUntil.length === servers) return true;
    busyUntil.push(arrival + service);
    return false;
  });
}

export interface RankedJob extends Job {
  /** Bigger goes first. */
  readonly rank: number;
}

/** Waits at one server where the most urgent goes first and nobody is interrupted. */
export function waitsByRank(jobs: readonly RankedJob[]): number[] {
  const waits = new Array<number>(jobs.length).fill(Number.NaN);
  let waiting: number[] = [];
  let next = 0;
  let freeAt = 0;
  for (let served = 0; served < jobs.length; served++) {
    if (waiting.length === 0) freeAt = Math.max(freeAt, jobs[next]!.arrival);
    while (next < jobs.length && jobs[next]!.arrival <= freeAt) waiting.push(next++);
    const first = waiting.reduce((best, job) => (jobs[job]!.rank > jobs[best]!.rank ? job : best));
    waiting = waiting.filter((job) => job !== first);
    waits[first] = freeAt - jobs[first]!.arrival;
    freeAt += jobs[first]!.service;
  }
  return waits;
}
