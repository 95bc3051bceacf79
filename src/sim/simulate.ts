import type { Scenario } from '../models/scenario.js';
import { type TraceTable, traceKey } from '../models/trace.js';
import type { EventObserver } from './core/simulation.js';
import type { MakeEngine } from './engine/node-engine.js';
import { EventKind } from './event-kind.js';
import { judge, ttftThresholdsUs } from './judge.js';
import { type RareSheds, rareSheds } from './rare-sheds.js';
import type { AttemptRecord } from './record.js';
import { breakDown } from './summarise.js';
import { type Detail, SUMMARY_SCHEMA, type Summary } from './summary.js';
import { TraceError } from './trace-error.js';
import { traceUse } from './workload/trace-use.js';
import { World } from './world.js';

export interface RunOptions {
  readonly version: string;
  /** Of the scenario and its traces, see scenarioHash. */
  readonly hash: string;
  /** Which replication, from 1: part of the name of every random stream. Default 1. */
  readonly run?: number;
  /** The traces that the scenario names, read by parseTrace or TraceParser, by traceKey. */
  readonly traces?: ReadonlyMap<string, TraceTable>;
  /** Said by the loader; repeated in the summary so that no report loses them. */
  readonly warnings?: readonly string[];
  /** What the loader chose, in words; repeated in the summary. */
  readonly notes?: readonly string[];
  /** Called once for each attempt as it ends; the object is reused. */
  readonly onRecord?: (record: AttemptRecord) => void;
  readonly onEvent?: EventObserver;
  /** Also collect what charts are made of: the summary's `detail`. Costs some time; default false. */
  readonly detail?: boolean;
  /** The command that repeats the run, for reports; part of the detail. */
  readonly command?: string;
  /** Percentiles of a tier are exact up to so many values, and good to half a per cent beyond. Default a million. */
  readonly exactSamples?: number;
  /** Another engine in the place of the product's, such as the plain one that it is held against. */
  readonly makeEngine?: MakeEngine;
}

/** The library's front door: plain data in, plain data out. */
export function simulate(scenario: Scenario, options: RunOptions): Summary {
  const run = new Run(scenario, options);
  run.advance(Number.POSITIVE_INFINITY);
  return run.summary();
}

/** A run that can be taken in slices, watched, and ended early. */
export class Run {
  readonly endUs: number;
  private readonly world: World;
  private readonly scenario: Scenario;
  private readonly options: RunOptions;
  private isComplete = false;

  constructor(scenario: Scenario, options: RunOptions) {
    this.scenario = scenario;
    this.options = options;
    this.endUs = scenario.durationUs;
    this.world = new World(scenario, {
      run: options.run ?? 1,
      traces: checkedTraces(scenario, options.traces),
      ttftThresholdsUs: ttftThresholdsUs(scenario.targets),
      onRecord: options.onRecord ?? null,
      onEvent: options.onEvent ?? null,
      detail: options.detail,
      exactSamples: options.exactSamples,
      ...(options.makeEngine === undefined ? {} : { makeEngine: options.makeEngine }),
    });
  }

  get nowUs(): number {
    return this.world.simulation.nowUs;
  }

  /** Requests sent so far. */
  get requests(): number {
    return this.world.books.requestsSeen;
  }

  get done(): boolean {
    return this.world.hasEnded;
  }

  get eventCount(): number {
    return this.world.simulation.eventCount;
  }

  advance(untilUs: number): void {
    if (this.world.hasEnded) return;
    this.world.advance(untilUs);
    this.isComplete = this.world.hasEnded;
  }

  /** Called before the end, it brings the run to a close where it is and says so: `run.complete` is false. */
  summary(): Summary {
    const { world, scenario, options } = this;
    world.stop();
    const { books, fleet, simulation } = world;
    const endUs = Math.min(fleet.meters.endUs, scenario.durationUs);
    const windowUs = Math.max(0, endUs - scenario.warmupUs);
    const result = breakDown({ scenario, books, pools: fleet.meters.endWindow(simulation.nowUs), windowUs, endUs });
    const rare = this.rareSheds(windowUs);
    return {
      schema: SUMMARY_SCHEMA,
      scenario: { name: scenario.name, about: scenario.about, hash: options.hash, seed: scenario.seed },
      run: {
        version: options.version,
        fingerprint: simulation.fingerprint.hex(),
        requests: books.requestsSeen,
        attempts: books.attemptsSeen,
        steps: fleet.meters.steps,
        simulatedSeconds: endUs / 1e6,
        window: { fromSeconds: scenario.warmupUs / 1e6, toSeconds: endUs / 1e6 },
        complete: this.isComplete,
      },
      currency: scenario.provider.currency,
      costCurrency: result.costCurrency,
      tiers: result.tiers,
      total: result.total,
      pools: result.pools,
      accounts: result.accounts,
      invoice: result.invoice,
      energy: result.energy,
      sla: result.sla,
      series: result.series,
      targets: judge(scenario, books, result, windowUs),
      warnings: [...(options.warnings ?? [])],
      notes: [...(options.notes ?? [])],
      detail: this.detail(result.series.atSeconds.length),
      ...(rare === undefined ? {} : { rareSheds: rare }),
    };
  }

  private rareSheds(windowUs: number): RareSheds | undefined {
    const { scenario, options } = this;
    const { shedEpisodes: episodes, tiers: stats } = this.world.books;
    const tiers = scenario.provider.tiers.map(({ name }, index) => {
      const { attempts, outcomes } = stats[index]!;
      return { name, attempts, shed: outcomes.shed };
    });
    return rareSheds({ episodes, tiers, windowUs, seed: scenario.seed, run: options.run ?? 1 });
  }

  private detail(buckets: number): Detail | null {
    const { books } = this.world;
    const ttftUs = books.tiers.map((tier) => tier.ttft.ofAttempts);
    return books.detail?.detail(buckets, this.options.command ?? null, ttftUs) ?? null;
  }
}

/** The name of an event kind, for messages about events. */
export function eventName(kind: number): string {
  return Object.entries(EventKind).find(([, value]) => value === kind)?.[0] ?? `kind ${kind}`;
}

/** Every trace that the scenario names, held against the class that plays it. */
function checkedTraces(
  scenario: Scenario,
  tables: ReadonlyMap<string, TraceTable> = new Map(),
): ReadonlyMap<string, TraceTable> {
  const tierNames = scenario.provider.tiers.map(({ name }) => name);
  for (const traffic of scenario.traffic) {
    const { arrivals } = traffic;
    if (arrivals.kind !== 'trace') continue;
    const table = tables.get(traceKey(arrivals));
    if (table === undefined) throw new TraceError(arrivals.file, 0, 'the trace was not handed in');
    const { trouble } = traceUse({ ...traffic, arrivals }, table, tierNames, scenario.durationUs);
    if (trouble !== null) throw new TraceError(arrivals.file, 0, trouble);
  }
  return tables;
}
