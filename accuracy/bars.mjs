const RUN_METRICS = ['ttft', 'tpot', 'e2e'];

/** What was promised, each with the figure, the limit, and whether it is met. */
export function bars({ runs, totals, knees }) {
  const rtx4090 = runs.find(({ half }) => half === 'tested');
  const worst = (of) => Math.max(...RUN_METRICS.map((metric) => Math.abs(of(rtx4090[metric]))));
  const { tested } = totals.dense;
  return [
    bar(
      'RTX 4090 run, tested half: mean of TTFT, TPOT and E2E, worst error',
      worst(({ mean }) => mean),
      3,
      '%',
    ),
    bar(
      'RTX 4090 run, tested half: P99 of the three, worst error',
      worst(({ p99 }) => p99),
      3,
      '%',
    ),
    bar(
      'RTX 4090 run, tested half: median error of a request, worst of the three',
      worst(({ perRequest }) => perRequest),
      5,
      '%',
    ),
    ...RUN_METRICS.map((metric) =>
      bar(`RTX 4090 run, tested half: KS distance of ${metric.toUpperCase()}`, rtx4090[metric].ks, 0.05, ''),
    ),
    bar('Dense models, tested half: MAPE of TPOT', tested.tpot.mape, 8, '%'),
    bar('Dense models, tested half: median error of TTFT', tested.ttft.median, 20, '%'),
    bar('Knees of KV memory outside the measured interval', knees.filter(({ isBetween }) => !isBetween).length, 0, ''),
  ];
}

const bar = (what, value, limit, unit) => ({ what, value, limit, unit, isMet: value <= limit });
