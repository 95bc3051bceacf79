import { type EngineName, UNLIMITED_KV_BLOCKS } from '../models/engine.js';
import type { ProviderProfile } from '../models/provider.js';
import { provision } from '../models/provision.js';
import type { Provision, ProvisionResult } from '../models/provision-request.js';
import type { OtherModel, Pool, TierNumber, TimelineEvent } from '../models/scenario.js';
import { formatCount, formatDurationUs } from '../models/units.js';
import type { Catalogue, KnownModel } from './catalogue.js';
import type { Collector } from './collector.js';
import * as say from './messages.js';
import { resolvePath } from './path.js';
import { resolveOperations } from './resolve-operations.js';
import { tierNames } from './resolve-provider.js';
import { isSupportPath, resolveSupportEvent } from './resolve-support-event.js';
import { type EventInput, NODES_MAX, type PoolInput } from './schema-fleet.js';
import type { Tree } from './source-tree.js';

/** A pool with its nodes worked out; null after a problem was reported. */
export function resolvePool(
  input: PoolInput,
  path: readonly PropertyKey[],
  isWhole: boolean,
  context: {
    readonly provider: ProviderProfile | null;
    readonly catalogue: Catalogue;
    readonly durationUs: number;
    readonly found: Collector;
  },
): Pool | null {
  const { provider, catalogue, found } = context;
  const models = resolveModels(input, path, catalogue, found);
  const known = catalogue.hardware(input.hardware);
  if (known === undefined) {
    found.add([...path, 'hardware'], say.unknownName('hardware class', input.hardware, catalogue.hardwareNames));
  }
  const tiers = provider === null ? null : tierNames(provider);
  checkTiers(input, path, tiers, found);
  const first = models?.[0];
  if (models === null || first === undefined || !known || provider === null || !isWhole) return null;
  const { hostOverhead, name: engineName, ...options } = input.engine ?? {};
  const [name, version] = (engineName ?? 'vllm').split('@') as [EngineName, string?];
  if (version !== undefined && options.version !== undefined && options.version !== version) {
    found.add([...path, 'engine', 'version'], say.contradiction(`the engine's name says version ${version}`));
    return null;
  }
  const engine = { ...options, name, version: version ?? options.version };
  const cost = input.usdPerHour === undefined ? undefined : Number(input.usdPerHour.pico);
  const nodes = models.map((model) =>
    provision({
      modelId: model.id,
      llm: model.llm,
      beside: models.flatMap((other) => (other === model || other.llm === null ? [] : [other.llm])),
      hardware: known.hardware,
      gpusPerNode: input.gpusPerNode,
      precision: input.precision ?? {},
      engine: { ...engine, hostOverheadUs: hostOverhead },
      policyDefault: new Set(provider.tiers.map((tier) => tier.rank)).size > 1 ? 'priority' : 'fcfs',
      usdPerHour: cost === undefined ? undefined : cost / 1e12,
    }),
  );
  reportRefused(input, path, nodes, found);
  const [node, ...others] = nodes.flatMap((one) => (one.ok ? [one] : []));
  if (node === undefined || others.length < models.length - 1) return null;
  const costCurrency = (input.usdPerHour === undefined ? known.currency : input.usdPerHour.currency) ?? 'USD';
  for (const [index, one] of [node, ...others].entries()) {
    const model = models[index]!;
    const name = models.length === 1 ? input.name : `${input.name}, ${model.id}`;
    if (one.memoryArithmetic !== null) found.memory.set(name, one.memoryArithmetic);
    found.notes.push(`${name}: ${[nodeFacts(one, model), ...one.notes].join('; ')}`);
  }
  return {
    name: input.name,
    models: models.map((model) => model.id),
    hardware: known.hardware.id,
    gpusPerNode: input.gpusPerNode,
    nodes: input.nodes,
    precision: node.precision,
    engine: node.engine,
    stepTime: node.stepTime,
    stepTimeSource: node.stepTimeSource,
    power: node.power,
    costPicoPerHour: cost ?? node.costPicoPerHour,
    costCurrency,
    tiers: input.tiers ?? null,
    tierWeights: input.tierWeights === undefined ? null : tierNumbers(input.tierWeights),
    reservedSlots: tierNumbers(input.reservedSlots ?? {}),
    path: input.path,
    operations: resolveOperations(
      input,
      path,
      { currency: costCurrency, seats: [node, ...others].reduce((sum, one) => sum + one.engine.maxNumSeqs, 0) },
      context.durationUs,
      found,
    ),
    ...(others.length === 0 ? {} : { others: others.map((other, index) => otherModel(models[index + 1]!, other)) }),
  };
}

function otherModel({ id }: KnownModel, node: Provision): OtherModel {
  const { precision, engine, stepTime, stepTimeSource, power } = node;
  return { model: id, precision, engine, stepTime, stepTimeSource, power };
}

/** What holds for every model of a pool is said once. */
function reportRefused(
  input: PoolInput,
  path: readonly PropertyKey[],
  nodes: readonly ProvisionResult[],
  found: Collector,
): void {
  const said = new Set<string>();
  for (const { field, message, hint } of nodes.flatMap((node) => (node.ok ? [] : node.problems))) {
    if (said.has(message)) continue;
    said.add(message);
    found.add([...path, ...(field in input ? [field] : [])], say.poolRefused(field, message, hint));
  }
}

/** What bounds a node, most of it worked out and not written in the file. */
function nodeFacts({ precision, engine }: Provision, model: KnownModel): string {
  const tokens = (engine.kvBlocks - 1) * engine.blockSize;
  const room = engine.kvBlocks === UNLIMITED_KV_BLOCKS ? 'KV that never binds' : `KV of ${formatCount(tokens)} tokens`;
  const bits = model.llm === null ? '' : `weights in ${precision.weights}, KV in ${precision.kv}; `;
  return `${bits}a node has ${formatCount(engine.maxNumSeqs)} seats and ${room}`;
}

/** Names of the models a pool asks for, as compared with those of traffic; before anything is checked. */
export function modelIdsOf(input: PoolInput, catalogue: Catalogue): readonly string[] {
  return [...(input.models ?? []), ...(input.model === undefined ? [] : [input.model])].map((name) =>
    catalogue.modelId(name),
  );
}

/** An event as the simulator takes it; null where it is wrong or not possible in this version. */
export function resolveEvent(
  input: EventInput,
  path: readonly PropertyKey[],
  context: {
    readonly tree: Tree;
    readonly pools: readonly string[];
    readonly provider: ProviderProfile | null;
    readonly names: readonly string[];
    readonly durationUs: number;
    readonly found: Collector;
  },
): TimelineEvent | null {
  const { tree, pools, names, durationUs, found } = context;
  const at = [...path, 'set'];
  const [pool, key] = changeable(input.set, pools);
  if (pool === null) {
    const resolved = resolvePath(tree, input.set, names);
    if (resolved.ok && isSupportPath(resolved.keys)) {
      const change = resolveSupportEvent(resolved.keys, input.to, path, context.provider, found);
      return change === null ? null : { atUs: input.at, change };
    }
    if (resolved.ok) found.add(at, say.eventNotPossible(input.set));
    else found.addWithin(at, resolved.message, resolved.message.found ?? '');
    return null;
  }
  if (input.at > durationUs) {
    found.add([...path, 'at'], say.eventTooLate(formatDurationUs(input.at), formatDurationUs(durationUs)));
  }
  const to = typeof input.to === 'number' ? input.to : Number.NaN;
  if (key === 'slow.factor') {
    if (to >= 1 && to <= 1000) return { atUs: input.at, change: { kind: 'slowFactor', pool, factor: to } };
    found.add([...path, 'to'], say.wrongType('a number from 1 to 1000', JSON.stringify(input.to)));
    return null;
  }
  if (!Number.isSafeInteger(to) || to < 0) {
    found.add([...path, 'to'], say.wrongType('a whole number of nodes', JSON.stringify(input.to)));
    return null;
  }
  if (to > NODES_MAX) found.add([...path, 'to'], say.outOfRange(`a number <= ${NODES_MAX}`, String(to)));
  return { atUs: input.at, change: { kind: COUNTS[key], pool, nodes: to } };
}

/** What events change of a pool by a number of nodes. */
const COUNTS = { nodes: 'nodes', down: 'down', 'slow.nodes': 'slowNodes' } as const;
const CHANGEABLE = [...(Object.keys(COUNTS) as (keyof typeof COUNTS)[]), 'slow.factor'] as const;

function changeable(set: string, pools: readonly string[]): [string, (typeof CHANGEABLE)[number]] | [null, 'nodes'] {
  for (const pool of pools) {
    const key = CHANGEABLE.find((name) => set === `fleet.${pool}.${name}`);
    if (key !== undefined) return [pool, key];
  }
  return [null, 'nodes'];
}

function resolveModels(
  input: PoolInput,
  path: readonly PropertyKey[],
  catalogue: Catalogue,
  found: Collector,
): readonly KnownModel[] | null {
  if ((input.model === undefined) === (input.models === undefined)) {
    const isMissing = !found.has([...path, 'model']) && !found.has([...path, 'models']);
    if (isMissing) found.add(path, say.missingKey('model', 'the model this pool serves'));
    else if (input.model !== undefined)
      found.add(path, say.contradiction('model and models say the same thing, keep one of them'), 'models');
    return null;
  }
  const names = input.models ?? [input.model ?? ''];
  const models = names.map((name, index) => {
    const model = catalogue.model(name);
    const at = input.models === undefined ? [...path, 'model'] : [...path, 'models', index];
    if (model === undefined) found.add(at, say.unknownName('model', name, catalogue.modelNames));
    return model ?? null;
  });
  const twice = models.findIndex((model, index) => models.some((one, at) => at < index && one?.id === model?.id));
  if (twice >= 0) found.add([...path, 'models', twice], say.contradiction('a pool serves each model once'));
  return twice < 0 && models.every((model) => model !== null) ? models : null;
}

function checkTiers(
  input: PoolInput,
  path: readonly PropertyKey[],
  known: readonly string[] | null,
  found: Collector,
): void {
  if (known === null) return;
  input.tiers?.forEach((tier, index) => {
    if (!known.includes(tier)) found.add([...path, 'tiers', index], say.unknownName('tier', tier, known));
  });
  for (const field of ['tierWeights', 'reservedSlots'] as const) {
    for (const tier of Object.keys(input[field] ?? {})) {
      if (!known.includes(tier)) found.add([...path, field], say.unknownName('tier', tier, known), tier);
    }
  }
}

function tierNumbers(input: Readonly<Record<string, number>>): readonly TierNumber[] {
  return Object.entries(input).map(([tier, value]) => ({ tier, value }));
}
