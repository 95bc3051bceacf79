import { LLMS } from '../models/catalog/llms.js';
import type { ProviderProfile } from '../models/provider.js';
import { PROVIDERS } from '../models/providers.js';
import type { Account, Pool, Scenario, TrafficClass } from '../models/scenario.js';
import { type TraceSource, traceKey } from '../models/trace.js';
import { formatDurationUs } from '../models/units.js';
import { Blocks } from './blocks.js';
import { Catalogue } from './catalogue.js';
import { describe } from './check.js';
import { checkLoad } from './check-load.js';
import { checkService } from './check-service.js';
import { checkTargets } from './check-targets.js';
import { Collector } from './collector.js';
import * as say from './messages.js';
import { applyOverride } from './override.js';
import type { Problem } from './problem.js';
import { modelIdsOf, resolveEvent, resolvePool } from './resolve-fleet.js';
import { resolveInitial, withInitialNodes } from './resolve-initial.js';
import { checkPrices, resolveRates, resolveTariff } from './resolve-money.js';
import { resolveProvider, tierNames } from './resolve-provider.js';
import { resolveTakeovers } from './resolve-takeover.js';
import { resolveTarget } from './resolve-target.js';
import { resolveAccount, resolveTraffic } from './resolve-traffic.js';
import { plainValue, readTree, type Tree } from './source-tree.js';
import { parseStartMs } from './start-time.js';

export interface LoadOptions {
  /** The name shown in front of places. */
  readonly file: string;
  /** The scenario's name; absent: the file's, without folder and ending. */
  readonly name?: string;
  /** Overrides, `fleet.llama.nodes=6`, applied in order. */
  readonly set?: readonly string[];
  /** Wins over the file's. */
  readonly seed?: string;
}

export interface Loaded {
  /** null when there is an error among the problems. */
  readonly scenario: Scenario | null;
  /** Errors and warnings, by place. */
  readonly problems: readonly Problem[];
  /** What was chosen where the file leaves the choice, such as the precision of weights: for reports. */
  readonly notes: readonly string[];
  /** The traces it names, each once, also where the scenario is null; paths are as the file has them, relative to it. */
  readonly traces: readonly TraceSource[];
  /** How the memory of each pool is divided, by its name. */
  readonly memory: ReadonlyMap<string, string>;
  /** What the file and the options say, with places. */
  readonly tree: Tree;
}

/** Scenario text to Scenario, or to everything that is wrong with it at once. Never throws for what the text says. */
export function loadScenario(text: string, options: LoadOptions): Loaded {
  const { tree, found: textProblems } = readTree(text, null);
  const root: Tree = tree ?? NOTHING;
  const found = new Collector(root, options.file);
  for (const problem of textProblems) found.addPlaced(problem);
  if (root.kind !== 'map') {
    if (!found.hasErrors) found.add([], say.notAMapping(describe(plainValue(root))));
    return { scenario: null, problems: found.sorted(), notes: [], traces: [], memory: found.memory, tree: root };
  }
  const names = knownNames(root);
  for (const option of options.set ?? []) {
    for (const problem of applyOverride(root, option, names)) found.addPlaced(problem);
  }
  const scenario = resolveScenario(root, options, names, found);
  return {
    scenario: found.hasErrors ? null : scenario,
    problems: found.sorted(),
    notes: found.hasErrors ? [] : found.notes,
    traces: [...new Map(found.traces.map((trace) => [traceKey(trace), trace])).values()],
    memory: found.memory,
    tree: root,
  };
}

const NOTHING: Tree = {
  kind: 'scalar',
  value: null,
  text: '',
  place: { line: 1, column: 1, endColumn: 2, option: null },
};

/** Names that may hold dots, for paths: of models, the built-in, the priced and the scenario's own. */
function knownNames(root: Tree): readonly string[] {
  const own = root.kind === 'map' ? root.entries.get('models')?.tree : undefined;
  return [
    ...LLMS.map((llm) => llm.id),
    ...PROVIDERS.flatMap((profile) => profile.prices.map((row) => row.model)),
    ...(own?.kind === 'map' ? own.entries.keys() : []),
  ];
}

function resolveScenario(
  root: Tree & { readonly kind: 'map' },
  options: LoadOptions,
  names: readonly string[],
  found: Collector,
): Scenario | null {
  const blocks = new Blocks(root, found);
  const providerInput = blocks.value('provider');
  const provider = providerInput === null ? null : resolveProvider(providerInput, found);
  const catalogue = new Catalogue(blocks.hardware(), blocks.models(), found);
  const time = resolveTime(blocks, found);
  const durationUs = time?.durationUs ?? Number.MAX_SAFE_INTEGER;
  const fleet = resolveFleet(blocks, provider, catalogue, durationUs, found);
  const accounts = resolveAccounts(blocks, provider, found);
  const traffic = resolveClasses(blocks, { provider, catalogue, accounts, fleet, found });
  const poolNames = blocks.names('fleet');
  const events = blocks.events().map(({ value, path }) => {
    return value === null
      ? null
      : resolveEvent(value, path, { tree: root, pools: poolNames, provider, names, durationUs, found });
  });
  const tiers = provider === null ? null : tierNames(provider);
  const targets = blocks.targets().map(({ value, path }) => {
    return value === null ? null : resolveTarget(value, path, tiers, found);
  });
  const gateway = blocks.value('gateway');
  const rates = blocks.value('fx');
  const energy = resolveTariff(blocks.value('energy'), found);
  const fx = provider === null ? {} : resolveRates(rates, provider.currency, found);
  blocks.checkRest();
  if (provider !== null) {
    const parts = { provider, pools: fleet.pools, accounts, traffic, targets, events };
    checkService(parts, found);
    checkTargets(parts, found);
  }
  if (provider === null || time === null || found.hasErrors) return null;
  const initialInput = blocks.value('initial');
  const initial = resolveInitial(initialInput, known(traffic), found);
  const pools = withInitialNodes(known(fleet.pools), initialInput, found);
  if (found.hasErrors) return null;
  const scenario: Scenario = {
    name: options.name ?? fileStem(options.file),
    about: blocks.value('about') ?? '',
    seed: options.seed ?? String(blocks.value('seed') ?? ''),
    ...time,
    drain: blocks.value('drain') ?? false,
    replications: blocks.value('replications') ?? 1,
    initial,
    provider,
    fx,
    energy,
    pools,
    gateway: {
      router: gateway?.router ?? provider.router,
      spareSlotFilter: gateway?.spareSlotFilter ?? provider.spareSlotFilter,
      queueing: gateway?.queueing ?? provider.queueing,
      replicas: gateway?.replicas ?? 1,
      stalenessUs: gateway?.staleness ?? 0,
    },
    accounts,
    traffic: known(traffic),
    events: known(events).sort((a, b) => a.atUs - b.atUs),
    targets: known(targets),
  };
  checkLoad(scenario, root, found);
  return scenario;
}

interface Fleet {
  readonly pools: readonly (Pool | null)[];
  /** Models the pools are asked to serve; null: a pool could not be read, so it is not known. */
  readonly served: readonly string[] | null;
}

function resolveFleet(
  blocks: Blocks,
  provider: ProviderProfile | null,
  catalogue: Catalogue,
  durationUs: number,
  found: Collector,
): Fleet {
  const items = blocks.fleet();
  const context = { provider, catalogue, durationUs, found };
  const pools = items.map(({ value, path, isWhole }) => {
    return value === null ? null : resolvePool(value, path, isWhole, context);
  });
  const read = resolveTakeovers(
    items.map(({ value }) => value),
    pools,
    found,
  );
  const served = items.flatMap(({ value }) => (value === null ? [] : modelIdsOf(value, catalogue)));
  const isRead =
    items.length > 0 && items.every(({ value }) => value !== null && modelIdsOf(value, catalogue).length > 0);
  return { pools: read, served: isRead ? [...new Set(served)] : null };
}

function resolveAccounts(blocks: Blocks, provider: ProviderProfile | null, found: Collector): readonly Account[] {
  return blocks.accounts().flatMap(({ value, path }) => {
    return value === null || provider === null ? [] : [resolveAccount(value, path, provider, found)];
  });
}

function resolveClasses(
  blocks: Blocks,
  context: {
    readonly provider: ProviderProfile | null;
    readonly catalogue: Catalogue;
    readonly accounts: readonly Account[];
    readonly fleet: Fleet;
    readonly found: Collector;
  },
): readonly (TrafficClass | null)[] {
  const { provider, fleet, found } = context;
  const pools = fleet.pools.every((pool) => pool !== null) ? fleet.pools : null;
  const classContext = { ...context, accountNames: blocks.names('accounts'), served: fleet.served, pools };
  const classes = blocks.traffic().map(({ value, path }) => {
    if (value === null) return null;
    const resolved = resolveTraffic(value, path, classContext);
    if (resolved !== null && provider !== null) {
      checkPrices(provider, resolved, pools ?? [], value.model === undefined ? path : [...path, 'model'], found);
    }
    return resolved;
  });
  if (classes.every((one) => one !== null)) reportIdlePools(fleet.pools, classes, found);
  return classes;
}

function reportIdlePools(pools: readonly (Pool | null)[], classes: readonly TrafficClass[], found: Collector): void {
  pools.forEach((pool, index) => {
    const isAsked = pool === null || classes.some((one) => pool.models.includes(one.model));
    if (!isAsked) found.add(['fleet', index], say.poolIdle(pool.name));
  });
}

function resolveTime(blocks: Blocks, found: Collector): Pick<Scenario, 'startMs' | 'durationUs' | 'warmupUs'> | null {
  const durationUs = blocks.value('duration');
  const warmupUs = blocks.value('warmup');
  const startText = blocks.value('start');
  const start = startText === null ? null : parseStartMs(startText);
  if (start?.ok === false) found.add(['start'], say.badQuantity(start.reason, startText ?? ''));
  if (durationUs === 0) found.add(['duration'], say.impossible('a duration of 0s simulates nothing'));
  else if (durationUs !== null && warmupUs !== null && warmupUs >= durationUs) {
    found.add(['warmup'], say.warmupTooLong(formatDurationUs(warmupUs), formatDurationUs(durationUs)));
  }
  if (!start?.ok || durationUs === null || warmupUs === null) return null;
  return { startMs: start.value, durationUs, warmupUs };
}

function fileStem(file: string): string {
  const base = file.split(/[/\\]/).at(-1) ?? file;
  return base.replace(/\.ya?ml$/i, '');
}

function known<T>(items: readonly (T | null)[]): T[] {
  return items.filter((item) => item !== null);
}
