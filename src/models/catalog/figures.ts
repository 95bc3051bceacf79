import type { Figure, PriceRange } from '../hardware.js';

/** Short words for the sources that many rows share. */
export const AIC = 'ai-dynamo/aiconfigurator, systems/*.yaml (Apache-2.0)';
export const INFERENCEX = 'SemiAnalysisAI/InferenceX-app, gpu-specs.ts and constants.ts (facts only)';
export const GEERLING = 'geerlingguy/ai-benchmarks';
export const MEMORY = 'from memory, not looked up';
/** The day on which the catalogue's sources were read. */
export const AS_OF = '2026-08-21';

export const GIB = 1_073_741_824;

export const figure = (value: number, source: string): Figure => ({ value, source, asOf: AS_OF });

export const assume = (value: number, why: string, source = 'tiersim'): Figure => ({
  value,
  source,
  asOf: AS_OF,
  assumed: why,
});

/** On-demand prices per device. */
export const onDemand = (low: number, high: number, sellers: string): PriceRange => ({
  low,
  high,
  source: `skypilot-catalog v8: ${sellers}`,
  asOf: AS_OF,
});

const HOURS_OF_THREE_YEARS = 26_298;

/** Bought, not rented: the purchase price over three years, and twice that for room, power and idle hours. */
export const bought = (usd: number, source: string): PriceRange => ({
  low: usd / HOURS_OF_THREE_YEARS,
  high: (2 * usd) / HOURS_OF_THREE_YEARS,
  source,
  asOf: AS_OF,
  assumed: `No rental price found: purchase price of $${usd} over three years, up to twice that with room, power and idle hours.`,
});

export const idleShare = (tdpWatts: number): Figure =>
  assume(tdpWatts / 10, 'A tenth of the TDP, as H100, H200 and L40S idle (70/700, 74/700, 35/350 W).');

/** A server GPU with a model loaded: 26 to 50 W above bare idle were measured on H100 and A100. */
export const LOADED_IDLE_EXTRA = figure(38, 'arXiv 2605.23918: 26 to 50 W above bare idle on A100 and H100, middle');
export const LOADED_IDLE_EXTRA_ASSUMED = assume(38, 'As measured on A100 and H100.', 'arXiv 2605.23918');
export const LOADED_IDLE_EXTRA_ADA = figure(66, 'arXiv 2605.23918: 66 W above bare idle on L40S');
export const LOADED_IDLE_EXTRA_ADA_ASSUMED = assume(
  66,
  'As measured on L40S, the same chip generation.',
  'arXiv 2605.23918',
);
/** Wall power of a small machine already holds the loaded state. */
export const NO_EXTRA = assume(0, 'Idle is measured at the wall; keeping a model in memory adds little.');

export const HOST_HGX = assume(
  290,
  'Half of what a DGX H100 may draw beyond its GPUs: (10.2 kW - 8 x 700 W) / 8 / 2; the other half is head-room.',
);
export const HOST_PCIE = assume(75, 'A two-socket server of some 300 W shared by four cards.');
export const HOST_DESKTOP = assume(80, 'A desktop machine without its graphics card.');
/** The figures of the machine are wall power. */
export const HOST_INCLUDED = assume(0, 'Watts of this class are measured at the wall and hold the whole machine.');
