import type { Currency } from './units.js';

/** What energy costs whoever runs the fleet. */
export interface Tariff {
  readonly picoPerKWh: number;
  readonly currency: Currency;
  /** What the building draws over what its machines draw. */
  readonly pue: number;
  /** What the building draws over what its devices draw: stands for host and PUE together; null: those two count. */
  readonly allInFactor: number | null;
  /** True: paid on top of the nodes' price per hour; false: that price holds it, as rents do. */
  readonly isExtra: boolean;
  /** What nobody stated. */
  readonly assumed: readonly string[];
}

/** Round figures of large data centres; what a site pays and what its cooling takes differ by factors. */
export const DEFAULT_TARIFF: Tariff = {
  picoPerKWh: 0.1e12,
  currency: 'USD',
  pue: 1.2,
  allInFactor: null,
  isExtra: false,
  assumed: ['usdPerKWh', 'pue'],
};
