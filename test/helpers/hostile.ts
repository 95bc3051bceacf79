import type { Summary } from '../../src/sim/summary.js';

/** Names that try to become something else: markup, script, formulas, terminal commands, file names. */
export const HOSTILE =
  '=cmd|"/c calc"!A1</script><script>globalThis.owned=1</script><img src=x onerror="globalThis.owned=1">\'"`&<!--\u202E\u0007\u001B[2J$' +
  '{owned}|[x](javascript:globalThis.owned=1)\u2028';

/** The same summary with every text of a scenario replaced: names of tiers, pools, classes, accounts, causes and all prose. */
export function hostileSummary(summary: Summary): Summary {
  const names = new Map<string, string>();
  const hostile = (name: string): string => {
    const known = names.get(name) ?? `${HOSTILE}${names.size}`;
    names.set(name, known);
    return known;
  };
  const keys = <Value>(record: Readonly<Record<string, Value>>): Record<string, Value> =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [hostile(key), value]));
  const { detail, series } = summary;
  return {
    ...summary,
    scenario: { name: HOSTILE, about: HOSTILE, hash: HOSTILE, seed: HOSTILE },
    run: { ...summary.run, version: HOSTILE, fingerprint: HOSTILE },
    currency: HOSTILE,
    costCurrency: HOSTILE,
    tiers: keys(summary.tiers),
    pools: Object.fromEntries(
      Object.entries(summary.pools).map(([key, pool]) => [
        hostile(key),
        { ...pool, model: HOSTILE, hardware: HOSTILE, stepTimeSource: HOSTILE },
      ]),
    ),
    accounts: { [HOSTILE]: { requests: 1, attempts: 1, rateLimited: 0, billed: '1.5' } },
    series: { ...series, tiers: keys(series.tiers), pools: keys(series.pools) },
    targets: [{ target: HOSTILE, actual: null, n: 0, passed: false, error: HOSTILE }],
    warnings: [HOSTILE],
    notes: [HOSTILE],
    detail:
      detail === null
        ? null
        : {
            ...detail,
            command: HOSTILE,
            scenario: {
              ...detail.scenario,
              name: HOSTILE,
              about: HOSTILE,
              provider: { ...detail.scenario.provider, id: HOSTILE },
              pools: detail.scenario.pools.map((pool) => ({
                ...pool,
                name: HOSTILE,
                hardware: HOSTILE,
                models: [HOSTILE],
              })),
            },
            tiers: Object.fromEntries(
              Object.entries(detail.tiers).map(([key, tier]) => [
                hostile(key),
                { ...tier, servedAs: keys(tier.servedAs) },
              ]),
            ),
            pools: keys(detail.pools),
            samples: detail.samples.map((sample) => ({
              ...sample,
              tier: hostile(sample.tier),
              class: HOSTILE,
              attempts: sample.attempts.map((attempt) => ({ ...attempt, servedAs: HOSTILE, pool: HOSTILE })),
            })),
          },
  };
}
