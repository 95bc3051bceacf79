/** A total may not become worse by more than this share of itself; below `FLOOR` no difference counts. */
const ALLOWED = 0.05;
const FLOOR = { percent: 0.2, ks: 0.01 };

/** The totals that are watched, by name. */
export function watched({ totals, runs, schedule, knees, blocks, unseen }) {
  const figures = {};
  for (const [kind, halves] of Object.entries(totals)) {
    for (const [half, { tpot, ttft }] of Object.entries(halves)) {
      figures[`${kind} ${half} TPOT MAPE`] = tpot.mape;
      figures[`${kind} ${half} TPOT median`] = tpot.median;
      figures[`${kind} ${half} TTFT median`] = ttft.median;
    }
  }
  for (const { name, ...metrics } of runs) {
    for (const metric of ['ttft', 'tpot', 'e2e']) {
      const { mean, p99, perRequest, ks } = metrics[metric];
      Object.assign(figures, {
        [`${name} ${metric} mean`]: Math.abs(mean),
        [`${name} ${metric} P99`]: Math.abs(p99),
        [`${name} ${metric} of a request`]: perRequest,
        [`${name} ${metric} KS`]: ks,
      });
    }
  }
  figures['tokens out of step'] = schedule.tokens - schedule.together;
  figures['knees outside'] = knees.filter(({ isBetween }) => !isBetween).length;
  figures['blocks, worst error'] = Math.max(
    ...blocks.map(({ logged, computed }) => 100 * Math.abs(computed / logged - 1)),
  );
  figures['KV memory not chosen by, worst error'] = Math.max(...unseen.map(({ error }) => 100 * Math.abs(error)));
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Number(value.toFixed(3))]));
}

/** What became worse than the baseline allows, in words. */
export function worse(figures, baseline) {
  return Object.entries(figures).flatMap(([name, value]) => {
    const before = baseline[name];
    if (before === undefined) return [`${name}: not in the baseline`];
    const most =
      before * (1 + ALLOWED) + (name.endsWith('KS') ? FLOOR.ks : name === 'knees outside' ? 0 : FLOOR.percent);
    return value > most ? [`${name}: ${value}, was ${before}`] : [];
  });
}
