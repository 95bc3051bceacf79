import { describe, expect, it } from 'vitest';
import { Attempt } from '../../../src/sim/attempt.js';
import { type LineRules, WaitingLines } from '../../../src/sim/gateway/waiting-lines.js';

const rules = (overrides: Partial<LineRules> = {}): LineRules => ({
  model: 'm',
  rank: 1,
  pools: [0],
  maxWaitUs: null,
  maxQueued: null,
  isHeld: false,
  bindsLate: true,
  ...overrides,
});

let requests = 0;
function attempt(sentUs: number, promptTokens = 10): Attempt {
  const made = new Attempt(requests);
  made.request = ++requests;
  made.begin({ nowUs: sentUs });
  made.promptTokens = promptTokens;
  return made;
}

/** Who waits in the first line, and whether that keeps somebody of the second out of a pool. */
function keepsOut(first: Partial<LineRules>, second: Partial<LineRules>, pool: number, sentUs = 5): boolean {
  const lines = new WaitingLines([rules(first), rules(second)]);
  lines.enter(attempt(3), 0);
  return lines.keepsOut(attempt(sentUs), 1, pool);
}

describe('WaitingLines', () => {
  it('are in order of urgency, equally urgent ones together', () => {
    const lines = new WaitingLines([rules({ rank: 1 }), rules({ rank: 3 }), rules({ rank: 1 }), rules({ rank: 2 })]);
    expect(lines.order).toEqual([[1], [3], [0, 2]]);
  });

  it('watch steps where work is bound late or held for leftover capacity', () => {
    const watches = (...all: Partial<LineRules>[]) => new WaitingLines(all.map(rules)).watchesSteps;
    expect(watches({ bindsLate: false }, { bindsLate: true })).toBe(true);
    expect(watches({ bindsLate: false }, { bindsLate: false, isHeld: true })).toBe(true);
    expect(watches({ bindsLate: false })).toBe(false);
  });

  it('are full at their length', () => {
    const lines = new WaitingLines([rules({ maxQueued: 2 }), rules()]);
    const seen: boolean[] = [];
    for (let i = 0; i < 3; i++) {
      seen.push(lines.isFull(0), lines.isFull(1));
      lines.enter(attempt(i), 0);
    }
    expect(seen).toEqual([false, false, false, false, true, false]);
  });

  it('have somebody in front from the first that enters to the last that leaves', () => {
    const lines = new WaitingLines([rules(), rules()]);
    const one = attempt(1);
    expect([lines.isBehind(0), lines.count]).toEqual([false, 0]);
    lines.enter(one, 0);
    expect([lines.isBehind(0), lines.isBehind(1), lines.count, one.line]).toEqual([true, false, 1, 0]);
    lines.leave(one);
    expect([lines.isBehind(0), lines.count, one.line]).toEqual([false, 0, -1]);
    lines.comeBack(one, 1);
    expect([lines.first(1), lines.count, one.line]).toEqual([one, 1, 1]);
  });

  it('keep less urgent work out of the pools that they could go to, and of no others', () => {
    expect(keepsOut({ rank: 2 }, { pools: [0, 1] }, 0)).toBe(true);
    expect(keepsOut({ rank: 2 }, { pools: [0, 1] }, 1)).toBe(false);
    expect(keepsOut({ rank: 2, pools: [0, 1] }, { pools: [0] }, 0)).toBe(true);
    expect(keepsOut({ rank: 2, pools: [1] }, { pools: [0] }, 0)).toBe(false);
  });

  it('keep nobody out who is more urgent, or was sent before', () => {
    expect(keepsOut({ rank: 1 }, { rank: 2 }, 0)).toBe(false);
    expect(keepsOut({ rank: 2 }, { rank: 1 }, 0, 2)).toBe(true);
    expect(keepsOut({ rank: 1 }, { rank: 1 }, 0, 4)).toBe(true);
    expect(keepsOut({ rank: 1 }, { rank: 1 }, 0, 2)).toBe(false);
    // Of one instant the request that came first.
    expect(keepsOut({ rank: 1 }, { rank: 1 }, 0, 3)).toBe(true);
  });

  it('keep nobody out who wait for leftover capacity, or whose work is bound at once', () => {
    expect(keepsOut({ rank: 2, isHeld: true }, {}, 0)).toBe(false);
    expect(keepsOut({ rank: 2, bindsLate: false }, {}, 0)).toBe(false);
  });

  it('know whether another line could keep one out at all', () => {
    const hasRivals = (first: Partial<LineRules>, second: Partial<LineRules>) =>
      new WaitingLines([rules(first), rules(second)]).hasRivals(1);
    expect([hasRivals({ rank: 1 }, {}), hasRivals({ rank: 2 }, {}), hasRivals({ rank: 0 }, {})]).toEqual([
      true,
      true,
      false,
    ]);
    expect([hasRivals({ pools: [1] }, {}), hasRivals({ isHeld: true }, {})]).toEqual([false, false]);
  });

  it('keep nobody out while nobody waits', () => {
    const lines = new WaitingLines([rules({ rank: 2 }), rules()]);
    expect(lines.keepsOut(attempt(1), 1, 0)).toBe(false);
    const gone = attempt(1);
    lines.enter(gone, 0);
    lines.enter(attempt(1), 1);
    lines.leave(gone);
    expect(lines.keepsOut(attempt(2), 1, 0)).toBe(false);
  });

  it('count the prompts that go before new work of a line: its own and those of lines as urgent or more', () => {
    const lines = new WaitingLines([
      rules({ rank: 3 }),
      rules({ rank: 2 }),
      rules({ rank: 2 }),
      rules({ rank: 1 }),
      rules({ rank: 0, isHeld: true }),
    ]);
    expect(lines.tokensAhead(1)).toBe(0);
    for (const [line, tokens] of [1, 10, 100, 1000, 10_000].entries()) lines.enter(attempt(line, tokens), line);
    expect([0, 1, 2, 3, 4].map((line) => lines.tokensAhead(line))).toEqual([1, 111, 111, 1111, 1111]);
  });
});
