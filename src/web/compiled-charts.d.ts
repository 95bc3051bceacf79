/** Written when the page is built, by scripts/compiled-charts.mjs. */
declare module 'compiled-charts' {
  export const charts: Readonly<Record<import('../report/chart.js').ChartSpec, import('vega').Runtime>>;
}
