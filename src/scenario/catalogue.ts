import { findHardware, HARDWARE } from '../models/catalog/hardware.js';
import { findLlm, findOpaqueModel, LLMS } from '../models/catalog/llms.js';
import { type DeviceClass, given, type HardwareClass, type RatedClass } from '../models/hardware.js';
import type { LlmModel } from '../models/llm.js';
import type { Currency, Money } from '../models/units.js';
import type { Collector } from './collector.js';
import * as say from './messages.js';
import type { HardwareInput, LlmInput } from './schema-catalogue.js';

/** A model as a pool or a traffic class names it; `llm` is null where only the name is public. */
export interface KnownModel {
  readonly id: string;
  readonly llm: LlmModel | null;
  readonly maxContext: number;
}

interface KnownHardware {
  readonly hardware: HardwareClass;
  readonly currency: Currency;
}

/** The built-in hardware and models with the scenario's own in front. */
export class Catalogue {
  private readonly ownHardware = new Map<string, KnownHardware | null>();
  private readonly ownModels = new Map<string, KnownModel | null>();

  constructor(
    hardware: Readonly<Record<string, HardwareInput | null>>,
    models: Readonly<Record<string, LlmInput | null>>,
    private readonly found: Collector,
  ) {
    for (const [name, input] of Object.entries(hardware)) {
      this.ownHardware.set(name, input === null ? null : this.readHardware(name, input));
    }
    for (const [name, input] of Object.entries(models)) {
      this.ownModels.set(name, input === null ? null : this.readModel(name, input));
    }
  }

  /** undefined: unknown; null: named in the file but not usable, which has been reported. */
  hardware(name: string): KnownHardware | null | undefined {
    const own = this.ownHardware.get(name);
    if (own !== undefined) return own;
    const hardware = findHardware(name);
    return hardware === undefined ? undefined : { hardware, currency: 'USD' };
  }

  model(name: string): KnownModel | null | undefined {
    const own = this.ownModels.get(name);
    if (own !== undefined) return own;
    const llm = findLlm(name);
    if (llm !== undefined) return { id: llm.id, llm, maxContext: llm.maxContext };
    const opaque = findOpaqueModel(name);
    return opaque === undefined ? undefined : { id: opaque.id, llm: null, maxContext: opaque.maxContext };
  }

  /** The one spelling that pools, prices and traffic are compared by. */
  modelId(name: string): string {
    return this.ownModels.has(name) ? name : canonicalModel(name);
  }

  get hardwareNames(): readonly string[] {
    return [...this.ownHardware.keys(), ...HARDWARE.map((device) => device.id)];
  }

  get modelNames(): readonly string[] {
    return [...this.ownModels.keys(), ...LLMS.map((llm) => llm.id)];
  }

  private readHardware(name: string, input: HardwareInput): KnownHardware | null {
    const isRated =
      input.slots !== undefined || input.prefillTokPerSec !== undefined || input.decodeTokPerSec !== undefined;
    const isDevice = [input.bandwidth, input.tflops, input.fits, input.wattsByBatch].some((key) => key !== undefined);
    const path = ['hardware', name];
    if (isRated && isDevice) {
      this.found.add(
        path,
        say.contradiction(`"${name}" is described twice: by its rates and by its data sheet`, RATED_OR_NOT),
      );
      return null;
    }
    const hardware = isRated ? this.readRated(name, input, path) : this.readDevice(name, input, path);
    if (hardware === null) return null;
    return { hardware, currency: input.usdPerHour?.currency ?? 'USD' };
  }

  private readRated(name: string, input: HardwareInput, path: readonly PropertyKey[]): RatedClass | null {
    const { slots, prefillTokPerSec, decodeTokPerSec } = input;
    if (slots === undefined || prefillTokPerSec === undefined || decodeTokPerSec === undefined) {
      this.found.add(path, say.needed('one of slots, prefillTokPerSec, decodeTokPerSec', RATED_OR_NOT));
      return null;
    }
    const perModel = Object.entries(input.perModel ?? {}).map(([model, speed]) => {
      const own = {
        prefillTokPerSec: speed.prefillTokPerSec ?? prefillTokPerSec,
        decodeTokPerSec: both(speed.decodeTokPerSec ?? decodeTokPerSec),
      };
      return [this.modelId(model), own] as const;
    });
    return {
      form: 'rated',
      id: name,
      name,
      aliases: [],
      tdpWatts: input.tdpWatts,
      idleWatts: input.idleWatts ?? input.tdpWatts / 10,
      memoryBytes: input.memory ?? null,
      slots,
      prefillTokPerSec,
      decodeTokPerSec: both(decodeTokPerSec),
      usdPerHour: input.usdPerHour === undefined ? null : amountOf(input.usdPerHour),
      perModel: Object.fromEntries(perModel),
      source: 'scenario',
    };
  }

  private readDevice(name: string, input: HardwareInput, path: readonly PropertyKey[]): DeviceClass | null {
    if (input.memory === undefined || (input.fits === undefined && (input.bandwidth === undefined || !input.tflops))) {
      this.found.add(path, say.needed('memory, and bandwidth with tflops, or fits', RATED_OR_NOT));
      return null;
    }
    const tflops = Object.entries(input.tflops ?? {}).flatMap(([precision, value]) =>
      value === undefined ? [] : [[precision, given(value)] as const],
    );
    const usd = input.usdPerHour === undefined ? null : amountOf(input.usdPerHour);
    return {
      form: 'device',
      id: name,
      name,
      aliases: [],
      kind: 'gpu',
      memoryBytes: given(input.memory),
      bandwidthBytesPerSecond: input.bandwidth === undefined ? null : given(input.bandwidth),
      tflops: Object.fromEntries(tflops),
      tdpWatts: given(input.tdpWatts),
      idleWatts:
        input.idleWatts === undefined
          ? { ...given(input.tdpWatts / 10), assumed: 'A tenth of tdpWatts.' }
          : given(input.idleWatts),
      loadedIdleExtraWatts: given(0),
      hostWatts: given(0),
      ...(input.wattsByBatch === undefined
        ? {}
        : {
            batchWatts: {
              single: given(input.wattsByBatch.single),
              perDoubling: given(input.wattsByBatch.perDoubling),
            },
          }),
      link: input.link === undefined ? null : { kind: 'pcie', bytesPerSecond: given(input.link) },
      usdPerHour: usd === null ? null : { low: usd, high: usd, source: 'scenario', asOf: '' },
      fits: (input.fits ?? []).map((fit) => ({
        ...fit,
        hardware: name,
        model: this.modelId(fit.model),
        form: 'linear5',
        extraMs: 0,
        knee: 0,
        mapePct: null,
        source: 'scenario',
      })),
    };
  }

  private readModel(name: string, input: LlmInput): KnownModel | null {
    const { kv } = input;
    if ((kv.heads === undefined) === (kv.latent === undefined)) {
      this.found.add(['models', name, 'kv'], say.contradiction('kv is given by heads or by latent, one of the two'));
      return null;
    }
    const headDim = input.headDim ?? Math.round(input.hidden / input.heads);
    const llm: LlmModel = {
      id: name,
      name,
      aliases: [],
      parameters: { total: input.parameters, active: input.activeParameters ?? input.parameters },
      layers: input.layers,
      hidden: input.hidden,
      heads: input.heads,
      headDim,
      kv:
        kv.latent === undefined
          ? { kind: 'split', layers: input.layers, heads: kv.heads ?? 1, headDim }
          : { kind: 'replicated', layers: input.layers, elements: kv.latent, index: null },
      constantStateBytes: 0,
      vocabulary: input.vocabulary,
      tiedEmbeddings: input.tiedEmbeddings,
      maxContext: input.maxContext,
      moe: input.moe ?? null,
      nativePrecision: input.nativePrecision,
      checkpointBytes: {},
      measuredAs: null,
      source: 'scenario',
      assumed: [],
    };
    return { id: name, llm, maxContext: input.maxContext };
  }
}

/** The id of a built-in model by any of its names; other names as they are. */
export function canonicalModel(name: string): string {
  return findLlm(name)?.id ?? findOpaqueModel(name)?.id ?? name;
}

const RATED_OR_NOT =
  'rated: slots, prefillTokPerSec, decodeTokPerSec; roofline: memory, bandwidth, tflops; fitted: memory, fits';

function both(rate: number | { readonly single: number; readonly full: number }) {
  return typeof rate === 'number' ? { single: rate, full: rate } : rate;
}

function amountOf(money: Money): number {
  return Number(money.pico) / 1e12;
}
