import { enginePriority } from '../../models/engine.js';
import { perModel } from '../../models/per-model.js';
import type { Scenario } from '../../models/scenario.js';
import type { Attempt } from '../attempt.js';
import { objectList } from '../core/lists.js';
import type { Streams } from '../core/random.js';
import type { Simulation } from '../core/simulation.js';
import type { Delays } from '../delays.js';
import type { MakeEngine, NodeEngine } from '../engine/node-engine.js';
import { Replica } from '../engine/replica.js';
import type { Content, Sequence } from '../engine/sequence.js';
import type { TokenGaps } from '../engine/token-gaps.js';
import { commonTexts, textName } from './common-texts.js';
import type { FleetListener } from './fleet-listener.js';
import { FleetMeters } from './fleet-meters.js';
import { FreedEngines } from './freed-engines.js';
import { makePools } from './make-pools.js';
import { type EnginePlace, Node } from './node.js';
import type { Pool } from './pool.js';
import { PoolMeters } from './pool-meters.js';
import type { SeenPool } from './seen-pool.js';
import { emittedOf, Station, type StationHost } from './station.js';
import { StepTimes } from './step-times.js';
import { Upkeep, type UpkeepHost } from './upkeep.js';
import { Work } from './work.js';

export interface FleetClock {
  readonly windowFromUs: number;
  readonly bucketUs: number;
  readonly buckets: number;
}

/** All nodes of all pools: gives them work, steps them, and measures what they do. */
export class Fleet implements StationHost, UpkeepHost {
  readonly pools: readonly Pool[];
  readonly upkeep: Upkeep;
  readonly meters: FleetMeters;
  private readonly stepTimes: StepTimes;
  /** What prompts that begin with a common text share, by class and family: the last of each, for they are mostly alike. */
  private readonly familyContents: readonly Content[][];
  private readonly nodes = objectList<Node>();
  /** By pool of the scenario: how it stands for each of its models. */
  private readonly machines: readonly (readonly Pool[])[];
  private readonly byPool: readonly PoolMeters[];
  /** By number of the engine. */
  private readonly stations = objectList<Station>();
  /** The engines' own numbers for the tiers, by pool. */
  private readonly priorities: readonly (readonly number[])[];
  /** By pool: the views of gateways that do not see it as it is; null: there are none. */
  watchers: readonly (readonly SeenPool[])[] | null = null;
  /** Where work that waits may find room that was not there before. */
  readonly freed: FreedEngines;
  /** How often prompts have been taken in by a step. */
  takenIn = 0;
  /** The microsecond of the last step boundary, and the highest node that has had its turn in it. */
  private turnUs = Number.NEGATIVE_INFINITY;
  private turn = -1;
  /** Stamps for engines: no two alike, or those of one microsecond could make each other give way for ever. */
  private arrivals = 0;

  constructor(
    private readonly scenario: Scenario,
    readonly simulation: Simulation,
    readonly listener: FleetListener,
    readonly gaps: TokenGaps,
    clock: FleetClock,
    streams: Streams,
    private readonly makeEngine: MakeEngine = (config, stepTime, host, index) =>
      new Replica(config, stepTime, host, index),
    readonly delays: Delays | null = null,
  ) {
    const ranks = scenario.provider.tiers.map(({ rank }) => rank);
    this.familyContents = scenario.traffic.map(() => []);
    this.stepTimes = new StepTimes(scenario.pools.flatMap(perModel));
    this.pools = makePools(scenario, this.stepTimes, (engine) => this.current(engine).usedBlocks(simulation.nowUs));
    this.priorities = this.pools.map(({ spec }) => ranks.map((rank) => enginePriority(spec.engine.name, rank)));
    this.byPool = scenario.pools.map(
      (spec) => new PoolMeters(perModel(spec), clock.windowFromUs, clock.bucketUs, clock.buckets, simulation),
    );
    this.machines = scenario.pools.map((_, machines) => this.pools.filter(({ at }) => at.machines === machines));
    this.freed = new FreedEngines(this.pools.reduce((engines, { nodeCount }) => engines + nodeCount, 0));
    for (const pools of this.machines) this.fill(pools);
    const first = this.machines.map((pools) => pools[0]!);
    this.meters = new FleetMeters(this.byPool, first, this.nodes);
    this.upkeep = new Upkeep(first, this.nodes, simulation, streams, this);
    if (scenario.initial.cacheFill > 0) this.fillCaches();
  }

  private fillCaches(): void {
    const { scenario } = this;
    const texts = this.pools.map(({ spec }) => commonTexts(scenario, spec.models));
    for (const { phase, pools, stations } of this.nodes) {
      if (phase !== 'loaded') continue;
      for (const [slot, { index }] of pools.entries()) {
        stations[slot]!.engine.fillCache?.(texts[index]!, scenario.initial.cacheFill);
      }
    }
  }

  private fill(pools: readonly Pool[]): void {
    const { nodeCount, at } = pools[0]!;
    const meters = this.byPool[at.machines]!;
    for (let place = 0; place < nodeCount; place++) {
      const node = new Node(pools, place, objectList<EnginePlace>(), meters);
      this.nodes.push(node);
      for (const [slot, pool] of pools.entries()) {
        const station = new Station(this, node, pool, meters, slot, (host) => this.engineOf(pool, place, 1, host));
        this.stations[station.engine.index] = station;
        node.stations.push(station);
      }
    }
  }

  private engineOf({ spec, index, firstEngine }: Pool, place: number, pace: number, station: Station): NodeEngine {
    return this.makeEngine(spec.engine, this.stepTimes.of(index, pace), station, firstEngine + place);
  }

  // Work comes and goes.

  enqueue(attempt: Attempt, pool: Pool, place: number): void {
    const { nowUs } = this.simulation;
    const { promptTokens, tierQueued } = attempt;
    attempt.node = pool.firstNode + place;
    attempt.engine = pool.firstEngine + place;
    attempt.pool = pool.at.machines;
    const arrival = this.arrivals++;
    if (this.watchers !== null) this.noteChange(pool, place);
    pool.enqueued(nowUs, place, tierQueued, promptTokens);
    this.delays?.enqueued(attempt, nowUs);
    const station = this.stations[attempt.engine]!;
    if (station.node.outages > 0) {
      // Nobody knows yet that the node is down, and it does not answer.
      attempt.sequence = null;
      station.node.hang(1);
      return;
    }
    const sequence = sequenceOf(attempt);
    const room = pool.spec.engine.maxModelLen - promptTokens;
    // An embedding has no output; the engine's one token stands for the end of its prefill.
    const outputTokens = Math.max(1, Math.min(attempt.outputTokens, room));
    const priority = this.priorities[pool.index]![tierQueued]!;
    const content = attempt.sharedTokens === 0 ? attempt.content : this.contentOf(attempt);
    sequence.renew(promptTokens, outputTokens, priority, arrival, content, attempt.tierAsked);
    this.current(attempt.engine).submit(sequence, nowUs);
    station.queued();
  }

  abort(attempt: Attempt): void {
    const { nowUs } = this.simulation;
    const station = this.stations[attempt.engine]!;
    const { sequence } = attempt;
    if (sequence === null) {
      station.node.hang(-1);
    } else {
      this.current(attempt.engine).cancel(sequence, nowUs);
      attempt.emittedTokens = emittedOf(attempt, sequence.generated);
      if (sequence.generated > 0) attempt.lastTokenUs = sequence.lastTokenUs;
    }
    this.departed(attempt, station);
    station.node.settle(nowUs);
  }

  emittedTokens(attempt: Attempt): number {
    if (attempt.engine < 0 || attempt.sequence === null) return 0;
    const engine = this.current(attempt.engine);
    return emittedOf(attempt, engine.generatedBy(attempt.sequence, this.simulation.nowUs));
  }

  /** Tokens of an attempt at a node whose work would be lost if it were thrown out now; a cache may bring some back. */
  computedTokens(attempt: Attempt): number {
    const { sequence } = attempt;
    if (sequence === null || attempt.scheduledUs < 0) return 0;
    if (attempt.firstTokenUs < 0) {
      this.current(attempt.engine).settle(this.simulation.nowUs);
      return Math.max(0, sequence.computed - attempt.cachedTokens);
    }
    return attempt.promptTokens - attempt.cachedTokens + this.emittedTokens(attempt);
  }

  get engineCount(): number {
    return this.stations.length;
  }

  step(number: number): void {
    const { nowUs } = this.simulation;
    const station = this.stations[number]!;
    const { engine } = station;
    if (number > this.turn || this.turnUs !== nowUs) this.turn = number;
    this.turnUs = nowUs;
    if (station.isShared === true) this.stepBesideOthers(station.node, engine);
    else engine.onStep(nowUs);
    station.note();
    if (engine.isBusy === false) this.rested(station.node);
  }

  private rested(node: Node): void {
    if (!node.isWanted && node.load === 0) this.upkeep.rested(node);
  }

  private stepBesideOthers(node: Node, engine: NodeEngine): void {
    if (!engine.isBusy) this.crowd(node, node.busyEngines + 1);
    engine.onStep(this.simulation.nowUs);
    this.crowd(node, Math.max(1, node.busyEngines));
  }

  /**
   * The engine as it is now. Step boundaries of one microsecond go by number, so what a later engine's step brings
   * about finds those of earlier ones done: also those within a leap, of which no event tells.
   */
  private current(number: number): NodeEngine {
    const { nowUs } = this.simulation;
    const { engine } = this.stations[number]!;
    if (this.turnUs === nowUs && number < this.turn) engine.settle(nowUs + 1);
    return engine;
  }

  /** So many engines share the machine from each one's next step on. */
  private crowd(node: Node, engines: number): void {
    if (node.crowd === engines) return;
    node.crowd = engines;
    this.setStepTimes(node);
  }

  private setStepTimes({ pools, place, pace, crowd }: Node): void {
    for (const { index, firstEngine } of pools) {
      this.current(firstEngine + place).setStepTime(this.stepTimes.of(index, pace * crowd), this.simulation.nowUs);
    }
  }

  // What becomes of nodes.

  /** An engine with a cold cache; whatever the old one was about is forgotten. */
  renew(node: Node): void {
    const { pools, place } = node;
    node.crowd = 1;
    for (const [slot, pool] of pools.entries()) {
      const station = this.stations[pool.firstEngine + place]!;
      const broken = station.engine.stepUnderWay(this.simulation.nowUs);
      if (broken !== null) this.byPool[pool.at.machines]!.energies[slot]!.broken(broken);
      station.engine = this.engineOf(pool, place, node.pace, station);
    }
  }

  setPace(node: Node, factor: number): void {
    node.pace = factor;
    this.setStepTimes(node);
    node.settle(this.simulation.nowUs);
  }

  billed({ at }: Pool, fromUs: number, toUs: number): void {
    this.byPool[at.machines]!.bill(fromUs, toUs);
  }

  failWork(isBroken: (nodeNumber: number) => boolean): void {
    this.listener.onNodesBroken(isBroken);
  }

  moveWork(isLeft: (nodeNumber: number) => boolean): void {
    this.listener.onNodesDraining(isLeft);
  }

  departed(attempt: Attempt, { node, pool, place }: Station): void {
    const { nowUs } = this.simulation;
    const wasQueued = attempt.scheduledAfterUs < 0;
    if (this.watchers !== null) this.noteChange(pool, place);
    pool.departed(nowUs, place, attempt.tierQueued, attempt.promptTokens, wasQueued);
    this.freed.note(attempt.engine);
    if (pool.loadOf(place) === 0 && !node.isWanted && node.load === 0) this.upkeep.drained(node);
  }

  private noteChange({ index }: Pool, place: number): void {
    for (const view of this.watchers![index]!) view.noteChange(this.simulation.nowUs, place);
  }

  private contentOf(attempt: Attempt): Content | null {
    if (attempt.content !== null) return attempt.content;
    const { sharedFamily, sharedTokens } = attempt;
    const contents = this.familyContents[attempt.class]!;
    const known = contents[sharedFamily];
    if (known !== undefined && known.prompt[0]![2] === sharedTokens) return known;
    const text =
      known === undefined ? textName(this.scenario.traffic[attempt.class]!, sharedFamily) : known.prompt[0]![0];
    const content = { prompt: [[text, 0, sharedTokens] as const], output: null };
    contents[sharedFamily] = content;
    return content;
  }
}

/** A sequence object is used again once its request has finished; an aborted one may still stand in a running step. */
function sequenceOf(attempt: Attempt): Sequence {
  const { sequence } = attempt;
  if (sequence !== null && sequence.state === 'finished') return sequence;
  attempt.sequence = new Work(attempt, { id: attempt.index, promptTokens: 0, outputTokens: 0 });
  return attempt.sequence;
}
