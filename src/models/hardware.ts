import type { FittedStep } from './fitted.js';
import type { Precision } from './scenario.js';

/** A number with where it comes from, the day it was read, and, if nobody stated it, why we chose it. */
export interface Figure {
  readonly value: number;
  readonly source: string;
  /** YYYY-MM-DD; empty for what the user gave. */
  readonly asOf: string;
  /** Absent: the source states it. */
  readonly assumed?: string;
}

export type HardwareClass = DeviceClass | RatedClass;

/** One accelerator, or one machine that is its own accelerator; a node holds `gpusPerNode` of them. */
export interface DeviceClass {
  readonly form: 'device';
  readonly id: string;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly kind: 'gpu' | 'soc' | 'cpu';
  readonly memoryBytes: Figure;
  /** Share of the memory that an engine may take at most (an operating system that shares it keeps the rest). */
  readonly usableMemoryShare?: Figure;
  /** null: unknown; then only fitted coefficients can time this device. */
  readonly bandwidthBytesPerSecond: Figure | null;
  /** Dense. A precision without a row runs at the bf16 rate: weights are widened before they are multiplied. */
  readonly tflops: Partial<Readonly<Record<Precision, Figure>>>;
  /** Measured share of the bandwidth that decoding reaches, where one is known for this device. */
  readonly bandwidthEfficiency?: Figure;
  readonly tdpWatts: Figure;
  readonly idleWatts: Figure;
  /** Drawn on top of idle while a model is loaded and no step runs. */
  readonly loadedIdleExtraWatts: Figure;
  /** The rest of the machine (processors, memory, network, fans) per device, drawn all the time; not in the above. */
  readonly hostWatts: Figure;
  /** Watts of the device by sequences in a step, where that alone was measured: single + perDoubling * log2(n). */
  readonly batchWatts?: { readonly single: Figure; readonly perDoubling: Figure };
  /** To the other devices of the node; null: it stands alone. */
  readonly link: Link | null;
  /** Per device; null: unknown. */
  readonly usdPerHour: PriceRange | null;
  /** Measured step times that the user brings along. */
  readonly fits?: readonly FittedStep[];
}

export interface Link {
  readonly kind: 'nvlink' | 'pcie' | 'network';
  /** Per direction. */
  readonly bytesPerSecond: Figure;
}

/** The cheapest and the dearest price found; the midpoint is used where the scenario names none. */
export interface PriceRange {
  readonly low: number;
  readonly high: number;
  readonly source: string;
  readonly asOf: string;
  readonly assumed?: string;
}

/** A whole node known by a data sheet or one benchmark run. */
export interface RatedClass extends RatedSpeed {
  readonly form: 'rated';
  readonly id: string;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly tdpWatts: number;
  readonly idleWatts: number;
  /** null: not stated; KV memory then never binds. */
  readonly memoryBytes: number | null;
  readonly slots: number;
  readonly usdPerHour: number | null;
  /** Speeds of single models, by id; any other has the class's own. */
  readonly perModel?: Readonly<Record<string, RatedSpeed>>;
  readonly source: string;
}

export interface RatedSpeed {
  readonly prefillTokPerSec: number;
  /** Output tokens per second of the node: one stream alone, and all slots together. */
  readonly decodeTokPerSec: { readonly single: number; readonly full: number };
}

/** A figure that the user states in the scenario. */
export const given = (value: number): Figure => ({ value, source: 'scenario', asOf: '' });

/** The kind of a link known by its rate alone: only NVLink and its like pass 200 GB/s, only networks stay below 30. */
export function linkByRate(bytesPerSecond: number): Link {
  const kind = bytesPerSecond >= 200e9 ? 'nvlink' : bytesPerSecond >= 30e9 ? 'pcie' : 'network';
  return { kind, bytesPerSecond: given(bytesPerSecond) };
}

/** Dense peak at a precision, FLOP/s; null: the device's rate is unknown. */
export function peakFlops(device: DeviceClass, precision: Precision): number | null {
  const figure = device.tflops[precision] ?? device.tflops.bf16;
  return figure === undefined ? null : figure.value * 1e12;
}

export function midpointUsdPerHour(price: PriceRange): number {
  return (price.low + price.high) / 2;
}
