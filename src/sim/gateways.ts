import type { Scenario, TimelineChange } from '../models/scenario.js';
import type { Attempt } from './attempt.js';
import type { Streams } from './core/random.js';
import type { Simulation } from './core/simulation.js';
import type { Fleet } from './fleet/fleet.js';
import type { Pool } from './fleet/pool.js';
import { SeenPool } from './fleet/seen-pool.js';
import { type Decision, Gateway } from './gateway/gateway.js';
import { Limiters } from './gateway/limiters.js';
import type { Route } from './gateway/route.js';
import { type Choice, makeRouter } from './gateway/router.js';
import { WaitingLines } from './gateway/waiting-lines.js';
import { type RoutedPool, Routes } from './routes.js';

/** One gateway beside others: a router, signals and a view of the nodes of its own. */
interface Replica {
  readonly gateway: Gateway<SeenPool>;
  readonly routes: Routes<SeenPool>;
  readonly views: readonly SeenPool[];
}

/**
 * The gateways side by side. Successive requests go to them in turn, a retry to the next. Limits, reserved slots and what
 * waits are kept in one place for all of them; what differs is how each sees the nodes.
 */
export class Gateways {
  /** As the nodes are: how who waits is released, and how all is decided where nobody's view is stale. */
  readonly routes: Routes<Pool>;
  readonly gateway: Gateway<Pool>;
  readonly lines: WaitingLines;
  /** Empty: one gateway that sees everything as it is. */
  private readonly replicas: readonly Replica[];
  /** The one that decided last. */
  private last: { readonly nodeLookedAt: Readonly<Choice<RoutedPool>> | null };

  constructor(
    scenario: Scenario,
    private readonly fleet: Fleet,
    private readonly clock: Pick<Simulation, 'nowUs'>,
    streams: Streams,
  ) {
    const { router, spareSlotFilter, replicas, stalenessUs } = scenario.gateway;
    const limiters = new Limiters(scenario.startMs * 1000);
    this.routes = new Routes(scenario, fleet.pools, limiters);
    this.lines = new WaitingLines(this.routes.lines);
    const make = <P extends RoutedPool>(pools: readonly P[], routes: Routes<P>, stream: string): Gateway<P> => {
      const route = makeRouter(router, streams.get(stream), spareSlotFilter);
      return new Gateway(route, pools[0]!, routes.of(0, 0), this.lines);
    };
    this.gateway = make(fleet.pools, this.routes, 'router');
    this.last = this.gateway;
    const count = replicas === 1 && stalenessUs === 0 ? 0 : replicas;
    this.replicas = Array.from({ length: count }, (_, number) => {
      const phaseUs = Math.floor((stalenessUs * number) / replicas);
      const tiers = scenario.provider.tiers.length;
      // A view of no age is taken anew in every microsecond.
      const views = fleet.pools.map((pool) => new SeenPool(pool, Math.max(1, stalenessUs), phaseUs, tiers));
      const routes = new Routes(scenario, views, limiters);
      return { gateway: make(views, routes, `router/${number}`), routes, views };
    });
    if (count > 0) fleet.watchers = fleet.pools.map((_, pool) => this.replicas.map(({ views }) => views[pool]!));
  }

  get haveViews(): boolean {
    return this.replicas.length > 0;
  }

  decide(attempt: Attempt): Readonly<Decision<RoutedPool>> {
    const { replicas } = this;
    const { nowUs } = this.clock;
    if (replicas.length === 0) {
      return this.gateway.decide(nowUs, attempt, this.routes.of(attempt.class, attempt.tierAsked));
    }
    const { gateway, routes, views } = replicas[(attempt.request + attempt.number) % replicas.length]!;
    for (const view of views) view.look(nowUs);
    const decision = gateway.decide(nowUs, attempt, routes.of(attempt.class, attempt.tierAsked));
    this.last = gateway;
    if (decision.kind === 'dispatch') {
      decision.pool.sent(decision.node, decision.route.tierQueued, attempt.promptTokens);
    }
    return decision;
  }

  /** For work that was let in before the run began. */
  decideLetIn(attempt: Attempt): Readonly<Decision<RoutedPool>> {
    return this.gateway.decideLetIn(attempt, this.routes.of(attempt.class, attempt.tierAsked));
  }

  /** For work whose node drains: it goes on as what it is served as. */
  decideAgain(attempt: Attempt): Readonly<Decision<RoutedPool>> {
    return this.gateway.decideLetIn(attempt, this.served(attempt));
  }

  /** Where the last decision looked for room in vain; null: no node is up. */
  nodeLookedAt(): { readonly pool: Pool; readonly node: number } | null {
    const looked = this.last.nodeLookedAt;
    return looked === null ? null : { pool: this.fleet.pools[looked.pool.index]!, node: looked.node };
  }

  change(change: TimelineChange & { readonly kind: 'support' }): void {
    this.routes.change(change);
    for (const { routes } of this.replicas) routes.change(change);
  }

  /** How an attempt that is served as this tier goes on. */
  served(attempt: Attempt): Route<Pool> {
    return this.routes.served(attempt.class, attempt.tierQueued);
  }
}
