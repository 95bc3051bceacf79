import type { EngineConfig } from './engine.js';
import type { HardwareClass } from './hardware.js';
import type { LlmModel } from './llm.js';
import type { NodePower } from './power.js';
import type { Precision } from './scenario.js';
import type { StepCoefficients } from './step-time.js';

export interface ProvisionRequest {
  readonly modelId: string;
  /** null: a model without known geometry. */
  readonly llm: LlmModel | null;
  /** Other models whose weights stand in the same memory: what all of them leave is shared equally. */
  readonly beside?: readonly LlmModel[];
  readonly hardware: HardwareClass;
  readonly gpusPerNode: number;
  readonly precision: { readonly weights?: Precision | undefined; readonly kv?: Precision | undefined };
  readonly engine: EngineWishes;
  readonly policyDefault: EngineConfig['policy'];
  /** Per node; null: unknown on purpose; absent: the hardware's. */
  readonly usdPerHour?: number | null | undefined;
}

/** What the scenario says about the engine; the rest is defaulted. */
export type EngineWishes = { readonly [Key in keyof EngineConfig]?: EngineConfig[Key] | undefined } & {
  /** The host's time for each step; replaces the default base and share per sequence. */
  readonly hostOverheadUs?: number | undefined;
};

/** A node ready to run. */
export interface Provision {
  readonly ok: true;
  readonly precision: { readonly weights: Precision; readonly kv: Precision };
  readonly engine: EngineConfig;
  readonly stepTime: StepCoefficients;
  readonly stepTimeSource: string;
  readonly power: NodePower;
  readonly costPicoPerHour: number | null;
  /** How the memory is divided; null: nothing is known of it. */
  readonly memoryArithmetic: string | null;
  /** What was chosen and why, for `--explain`. */
  readonly notes: readonly string[];
}

export interface ProvisionProblem {
  readonly code: string;
  readonly field: 'model' | 'hardware' | 'gpusPerNode' | 'precision' | 'engine';
  readonly message: string;
  readonly hint?: string;
}

export type ProvisionResult = Provision | { readonly ok: false; readonly problems: readonly ProvisionProblem[] };

/** Memory of one device, or of the whole of a rated node; null: not stated. */
export function nodeDeviceBytes(hardware: HardwareClass): number | null {
  return hardware.form === 'device' ? hardware.memoryBytes.value : hardware.memoryBytes;
}
