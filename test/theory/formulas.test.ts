import { describe, expect, it } from 'vitest';
import {
  birthDeath,
  erlangB,
  erlangC,
  exponentialService,
  fixedService,
  geometricService,
  meanOf,
  steppedEngine,
  timeInSharedServer,
  waitInManyServers,
  waitInSingleServer,
  waitsByPriority,
} from './formulas.js';

describe('queueing formulas', () => {
  it.each([
    // Loads at which 1 % are lost: Erlang B table, ITU-D "Teletraffic Engineering Handbook" (2005), annex.
    [1, 0.0101],
    [5, 1.361],
    [10, 4.461],
    [20, 12.03],
    [50, 37.9],
    [100, 84.06],
  ])('erlangB(%i, %f) is one in a hundred, as in the published table', (servers, load) => {
    expect(erlangB(servers, load)).toBeCloseTo(0.01, 4);
  });

  it('erlangB of one server is load / (1 + load), and nobody is served by none', () => {
    expect(erlangB(1, 3)).toBeCloseTo(0.75, 12);
    expect(erlangB(0, 3)).toBe(1);
  });

  it('erlangC has the textbook values: 1/3 for two servers at load 1, 4/9 for three at load 2', () => {
    // Gross, Shortle, Thompson and Harris, "Fundamentals of Queueing Theory", 4th ed. 2008, section 2.3.
    expect(erlangC(2, 1)).toBeCloseTo(1 / 3, 12);
    expect(erlangC(3, 2)).toBeCloseTo(4 / 9, 12);
  });

  it('three servers at load 2 have 8/9 waiting on average', () => {
    expect(2 * waitInManyServers(3, 2, 1)).toBeCloseTo(8 / 9, 12);
  });

  it('many servers with one server are the single server', () => {
    expect(waitInManyServers(1, 0.7, 1)).toBeCloseTo(waitInSingleServer(0.7, exponentialService(1)), 12);
    expect(erlangC(1, 0.7)).toBeCloseTo(0.7, 12);
  });

  it('M/M/1 waits rho / (mu - lambda), M/D/1 half of it', () => {
    expect(waitInSingleServer(0.5, exponentialService(1))).toBeCloseTo(1, 12);
    expect(waitInSingleServer(0.5, fixedService(1))).toBeCloseTo(0.5, 12);
  });

  it('a geometric service on fine ticks tends to the exponential', () => {
    const { mean, meanSquare } = geometricService(1_000_000, 1e-6);
    expect(mean).toBeCloseTo(1, 12);
    expect(meanSquare).toBeCloseTo(2, 5);
    expect(geometricService(1, 3)).toEqual(fixedService(3));
  });

  it('priorities move waiting from one class to the other and make none: the conservation law', () => {
    // Kleinrock vol. 2, section 3.4: the load-weighted sum of waits is that of first come, first served.
    const classes = [0.2, 0.3, 0.1].map((arrivalRate) => ({ arrivalRate, service: exponentialService(1) }));
    const waits = waitsByPriority(classes);
    const sum = classes.reduce((total, { arrivalRate }, k) => total + arrivalRate * waits[k]!, 0);
    expect(sum).toBeCloseTo(0.6 * waitInSingleServer(0.6, exponentialService(1)), 12);
    expect(waits[0]).toBeLessThan(waits[1]!);
  });

  it('one class of priorities is first come, first served', () => {
    const service = fixedService(2);
    expect(waitsByPriority([{ arrivalRate: 0.3, service }])[0]).toBeCloseTo(waitInSingleServer(0.3, service), 12);
  });

  it('the birth-death chain of M/M/3 has the mean of Erlang C', () => {
    const chain = birthDeath(2, (n) => Math.min(n, 3));
    expect(meanOf(chain)).toBeCloseTo(2 + 8 / 9, 9);
  });

  it('the chain of batching with no base is processor sharing', () => {
    const chain = birthDeath(0.5, (n) => n / (100 * 0.01 * n));
    expect(meanOf(chain) / 0.5).toBeCloseTo(timeInSharedServer(0.5, 1), 9);
  });

  it('an engine of one seat and one-step services is M/D/1 that starts at step boundaries', () => {
    // A service always begins at a boundary or at an arrival to an idle engine, so nothing differs from M/D/1.
    const { running, waiting } = steppedEngine(0.5, { seats: 1, meanTokens: 1, stepTime: () => 1 }, 80);
    expect(running).toBeCloseTo(0.5, 9);
    expect(waiting).toBeCloseTo(0.5 * waitInSingleServer(0.5, fixedService(1)), 9);
  });

  it('an engine of one seat and geometric services is the M/G/1 of their moments', () => {
    const { waiting } = steppedEngine(0.5, { seats: 1, meanTokens: 8, stepTime: () => 0.125 }, 120);
    expect(waiting).toBeCloseTo(0.5 * waitInSingleServer(0.5, geometricService(8, 0.125)), 9);
  });

  it('steps that are short against the service tend to the birth-death chain', () => {
    const tokens = 2000;
    const each = 0.0001;
    const base = 0.0005;
    const { running } = steppedEngine(1, { seats: 1000, meanTokens: tokens, stepTime: (n) => base + each * n }, 40);
    expect(running).toBeCloseTo(meanOf(birthDeath(1, (n) => n / (tokens * (base + each * n)))), 2);
  });
});
