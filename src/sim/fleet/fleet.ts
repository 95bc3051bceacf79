import { enginePriority } from '../../models/engine.js';
import type { Scenario } from '../../models/scenario.js';
import type { StepFeatures } from '../../models/step-energy.js';
import type { Attempt } from '../attempt.js';
import type { Streams } from '../core/random.js';
import type { Simulation } from '../core/simulation.js';
import type { Delays } from '../delays.js';
import { type MakeEngine, type NodeEngine, Replica, type ReplicaListener } from '../engine/replica.js';
import { type Content, Sequence, type SequenceOptions } from '../engine/sequence.js';
import { commonTexts, textName } from './common-texts.js';
import { FleetMeters } from './fleet-meters.js';
import { makePools } from './make-pools.js';
import { Node } from './node.js';
import type { Pool } from './pool.js';
import { PoolMeters } from './pool-meters.js';
import type { SeenPool } from './seen-pool.js';
import { StepTimes } from './step-times.js';
import { Upkeep, type UpkeepHost } from './upkeep.js';

/** What the fleet reports to the world. */
export interface FleetListener {
  attemptOf(index: number): Attempt;
  onFirstToken(attempt: Attempt): void;
  onFinished(attempt: Attempt): void;
  /** Whatever is on nodes for which this holds is lost. */
  onNodesBroken(isBroken: (nodeNumber: number) => boolean): void;
  /** A node has given up seats and blocks. */
  onRoom(): void;
  /** Gaps between tokens: firstPs, firstPs + slopePs, ... in `steps` steps, in each as many as `counts` has by tier asked. */
  onGaps(counts: readonly number[], firstPs: number, slopePs: number, steps: number): void;
}

export interface FleetClock {
  readonly windowFromUs: number;
  readonly bucketUs: number;
  readonly buckets: number;
}

/** All nodes of all pools: gives them work, steps them, and measures what they do. */
export class Fleet implements ReplicaListener, UpkeepHost {
  readonly pools: readonly Pool[];
  readonly upkeep: Upkeep;
  readonly meters: FleetMeters;
  private readonly stepTimes: StepTimes;
  /** What prompts that begin with a common text share, by class and family: the last of each, for they are mostly alike. */
  private readonly familyContents: readonly Content[][];
  private readonly nodes: Node[] = [];
  private readonly byPool: readonly PoolMeters[];
  /** By node, what its engine's reports go to. */
  private readonly countsOf: PoolMeters['counts'][] = [];
  private readonly energyOf: PoolMeters['energy'][] = [];
  /** The engines' own numbers for the tiers, by pool. */
  private readonly priorities: readonly (readonly number[])[];
  /** Filled anew for each sequence. */
  private readonly options = {
    id: 0,
    promptTokens: 0,
    outputTokens: 0,
    priority: 0,
    arrival: 0,
    content: null as Content | null,
    group: 0,
  };
  /** By pool: the views of gateways that do not see it as it is; null: there are none. */
  watchers: readonly (readonly SeenPool[])[] | null = null;
  /** How often prompts have been taken in by a step. */
  takenIn = 0;
  /** The microsecond of the last step boundary, and the highest node that has had its turn in it. */
  private turnUs = -1;
  private turn = -1;

  constructor(
    private readonly scenario: Scenario,
    private readonly simulation: Simulation,
    private readonly listener: FleetListener,
    clock: FleetClock,
    streams: Streams,
    private readonly makeEngine: MakeEngine = (config, stepTime, host, index) =>
      new Replica(config, stepTime, host, index),
    private readonly delays: Delays | null = null,
  ) {
    const ranks = scenario.provider.tiers.map(({ rank }) => rank);
    this.priorities = scenario.pools.map(({ engine }) => ranks.map((rank) => enginePriority(engine.name, rank)));
    this.familyContents = scenario.traffic.map(() => []);
    this.stepTimes = new StepTimes(scenario.pools);
    this.pools = makePools(scenario, this.stepTimes, (node) => this.current(node).replica.usedBlocks(simulation.nowUs));
    this.byPool = scenario.pools.map((spec) => new PoolMeters(spec, clock.windowFromUs, clock.bucketUs, clock.buckets));
    for (const pool of this.pools) this.fill(pool);
    this.meters = new FleetMeters(this.byPool, this.pools, this.nodes);
    this.upkeep = new Upkeep(this.pools, this.nodes, simulation, streams, this);
    if (scenario.initial.cacheFill > 0) this.fillCaches();
  }

  private fillCaches(): void {
    const { scenario } = this;
    const texts = this.pools.map(({ spec }) => commonTexts(scenario, spec.models));
    for (const { phase, pool, replica } of this.nodes) {
      if (phase === 'loaded') replica.fillCache?.(texts[pool.index]!, scenario.initial.cacheFill);
    }
  }

  private fill(pool: Pool): void {
    const stepTime = this.stepTimes.of(pool.index, 1);
    for (let place = 0; place < pool.nodeCount; place++) {
      const replica = this.makeEngine(pool.spec.engine, stepTime, this, this.nodes.length);
      const meters = this.byPool[pool.index]!;
      this.nodes.push(new Node(pool, place, replica, stepTime, meters));
      this.countsOf.push(meters.counts);
      this.energyOf.push(meters.energy);
    }
  }

  poolOf(attempt: Attempt): number {
    return attempt.node < 0 ? -1 : this.nodes[attempt.node]!.pool.index;
  }

  // Work comes and goes.

  enqueue(attempt: Attempt, pool: Pool, place: number): void {
    const { nowUs } = this.simulation;
    const { spec } = pool;
    const room = spec.engine.maxModelLen - attempt.promptTokens;
    attempt.node = pool.firstNode + place;
    const { options } = this;
    options.id = attempt.index;
    options.promptTokens = attempt.promptTokens;
    // An embedding has no output; the engine's one token stands for the end of its prefill.
    options.outputTokens = Math.max(1, Math.min(attempt.outputTokens, room));
    options.priority = this.priorities[pool.index]![attempt.tierQueued]!;
    options.arrival = nowUs;
    options.content = this.contentOf(attempt);
    options.group = attempt.tierAsked;
    if (this.watchers !== null) this.noteChange(pool, place);
    pool.enqueued(nowUs, place, attempt.tierQueued, attempt.promptTokens);
    this.delays?.enqueued(attempt, nowUs);
    const node = this.current(attempt.node);
    if (node.outages > 0) {
      // Nobody knows yet that the node is down, and it does not answer.
      attempt.sequence = null;
      node.hanging++;
      node.settle(nowUs);
      return;
    }
    attempt.sequence = begun(attempt.sequence, options);
    node.replica.enqueue(attempt.sequence, nowUs);
    node.settle(nowUs);
  }

  abort(attempt: Attempt): void {
    const { nowUs } = this.simulation;
    const node = this.current(attempt.node);
    const { sequence } = attempt;
    if (sequence === null) {
      node.hanging--;
    } else {
      node.replica.abort(sequence, nowUs);
      attempt.emittedTokens = emittedOf(attempt, sequence.generated);
      attempt.lastTokenUs = sequence.lastTokenUs;
    }
    this.depart(attempt, node);
    node.settle(nowUs);
  }

  emittedTokens(attempt: Attempt): number {
    if (attempt.node < 0 || attempt.sequence === null) return 0;
    const { replica } = this.current(attempt.node);
    return emittedOf(attempt, replica.generatedBy(attempt.sequence, this.simulation.nowUs));
  }

  /** Tokens of an attempt at a node whose work would be lost if it were thrown out now; a cache may bring some back. */
  computedTokens(attempt: Attempt): number {
    const { sequence } = attempt;
    if (sequence === null || attempt.scheduledUs < 0) return 0;
    if (attempt.firstTokenUs < 0) {
      this.current(attempt.node).replica.settle(this.simulation.nowUs);
      return Math.max(0, sequence.computed - attempt.cachedTokens);
    }
    return attempt.promptTokens - attempt.cachedTokens + this.emittedTokens(attempt);
  }

  get nodeCount(): number {
    return this.nodes.length;
  }

  step(nodeNumber: number): void {
    const { nowUs } = this.simulation;
    const node = this.nodes[nodeNumber]!;
    this.turn = this.turnUs === nowUs ? Math.max(this.turn, nodeNumber) : nodeNumber;
    this.turnUs = nowUs;
    node.replica.onStep(nowUs);
    node.settle(nowUs);
  }

  /**
   * The node as it is now. Step boundaries of one microsecond go by node number, so what a later node's step brings
   * about finds those of earlier nodes done: also those within a leap, of which no event tells.
   */
  private current(nodeNumber: number): Node {
    const { nowUs } = this.simulation;
    const node = this.nodes[nodeNumber]!;
    if (this.turnUs === nowUs && nodeNumber < this.turn) node.replica.settle(nowUs + 1);
    return node;
  }

  // What becomes of nodes.

  /** An engine with a cold cache; whatever the old one was about is forgotten. */
  renew(node: Node): void {
    const { spec, firstNode, index } = node.pool;
    const broken = node.replica.stepUnderWay(this.simulation.nowUs);
    if (broken !== null) this.byPool[index]!.energy.broken(broken);
    node.replica = this.makeEngine(spec.engine, node.stepTime, this, firstNode + node.place);
  }

  setPace(node: Node, factor: number): void {
    node.stepTime = this.stepTimes.of(node.pool.index, factor);
    node.replica.setStepTime(node.stepTime, this.simulation.nowUs);
    node.settle(this.simulation.nowUs);
  }

  billed({ index }: Pool, fromUs: number, toUs: number): void {
    this.byPool[index]!.bill(fromUs, toUs);
  }

  failWork(isBroken: (nodeNumber: number) => boolean): void {
    this.listener.onNodesBroken(isBroken);
  }

  // What replicas report.

  wakeAt(timeUs: number, replica: NodeEngine): void {
    this.simulation.setAlarm(replica.index, timeUs);
  }

  firstScheduled(sequence: Sequence, nowUs: number, replica: NodeEngine): void {
    const attempt = this.listener.attemptOf(sequence.id);
    const { pool, place } = this.nodes[replica.index]!;
    const counts = this.countsOf[replica.index]!;
    attempt.scheduledUs = nowUs;
    this.takenIn++;
    if (attempt.firstScheduledUs < 0) {
      attempt.firstScheduledUs = nowUs;
      attempt.cachedTokens = sequence.cachedTokens;
      counts.attempts++;
      counts.inputTokens += sequence.promptTokens;
      counts.cachedTokens += sequence.cachedTokens;
    }
    pool.scheduled(nowUs, place, attempt.tierQueued, sequence.promptTokens);
    this.delays?.scheduled(attempt);
  }

  resumed(sequence: Sequence, nowUs: number): void {
    this.delays?.resumed(this.listener.attemptOf(sequence.id), nowUs);
  }

  preempted(sequence: Sequence, replica: NodeEngine): void {
    const attempt = this.listener.attemptOf(sequence.id);
    attempt.preemptions++;
    this.countsOf[replica.index]!.preemptions++;
    this.delays?.preempted(attempt, this.nodes[replica.index]!.pool.index, this.simulation.nowUs);
  }

  firstToken(sequence: Sequence, nowUs: number, replica: NodeEngine): void {
    const attempt = this.listener.attemptOf(sequence.id);
    attempt.firstTokenUs = nowUs;
    if (attempt.outputTokens > 0) this.countsOf[replica.index]!.outputTokens++;
    this.delays?.firstToken(attempt, replica.chunksPs ?? 0);
    this.listener.onFirstToken(attempt);
  }

  laterTokens(counts: readonly number[], firstPs: number, slopePs: number, steps: number, replica: NodeEngine): void {
    let tokens = 0;
    for (let group = 0; group < counts.length; group++) tokens += counts[group]!;
    this.countsOf[replica.index]!.outputTokens += tokens * steps;
    this.listener.onGaps(counts, firstPs, slopePs, steps);
  }

  finished(sequence: Sequence, nowUs: number, replica: NodeEngine): void {
    const attempt = this.listener.attemptOf(sequence.id);
    attempt.emittedTokens = emittedOf(attempt, sequence.generated);
    attempt.lastTokenUs = nowUs;
    this.delays?.finished(attempt, replica.chunksPs ?? 0);
    this.depart(attempt, this.nodes[replica.index]!);
    this.listener.onFinished(attempt);
  }

  stepsDone(steps: number, work: StepFeatures, replica: NodeEngine): void {
    this.countsOf[replica.index]!.steps += steps;
    this.energyOf[replica.index]!.done(steps, work);
  }

  seatsFreed(): void {
    this.listener.onRoom();
  }

  private depart(attempt: Attempt, node: Node): void {
    const { nowUs } = this.simulation;
    const wasQueued = attempt.scheduledUs < 0;
    const { pool, place } = node;
    if (this.watchers !== null) this.noteChange(pool, place);
    pool.departed(nowUs, place, attempt.tierQueued, attempt.promptTokens, wasQueued);
    if (!node.isWanted && pool.loadOf(place) === 0) this.upkeep.drained(node);
  }

  private noteChange({ index }: Pool, place: number): void {
    for (const view of this.watchers![index]!) view.noteChange(this.simulation.nowUs, place);
  }

  private contentOf(attempt: Attempt): Content | null {
    if (attempt.content !== null) return attempt.content;
    if (attempt.sharedTokens === 0) return null;
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

/** Tokens the client gets: none of an embedding, whatever the engine made. */
function emittedOf(attempt: Attempt, generated: number): number {
  return attempt.outputTokens === 0 ? 0 : generated;
}

/** A sequence object is used again once its request has finished; an aborted one may still stand in a running step. */
function begun(spare: Sequence | null, options: SequenceOptions): Sequence {
  if (spare === null || spare.state !== 'finished') return new Sequence(options);
  spare.begin(options);
  return spare;
}
