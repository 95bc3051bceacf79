import type { LimiterSpec, RouterName } from '../../../src/models/provider.js';
import { stream } from '../../../src/sim/core/random.js';
import { contextsOf } from '../../../src/sim/gateway/context-fit.js';
import { Gateway, type Lines } from '../../../src/sim/gateway/gateway.js';
import { type LimiterSet, Limiters } from '../../../src/sim/gateway/limiters.js';
import type { Offer } from '../../../src/sim/gateway/offer.js';
import type { GatewayPool, Route } from '../../../src/sim/gateway/route.js';
import { makeRouter } from '../../../src/sim/gateway/router.js';

/** A gateway before pools whose state is said outright. */

export interface TestPool extends GatewayPool {
  readonly name: string;
}

export interface PoolOptions {
  readonly loads?: readonly number[];
  /** Of all its nodes, or of each. */
  readonly pressure?: number | readonly number[];
  readonly predictedUs?: number;
  readonly maxModelLen?: number;
  readonly waiting?: number;
  readonly kvUse?: number;
  /** Of each node, for this tier. */
  readonly slots?: number;
  /** Nodes with a seat and KV for a prompt; absent: all. */
  readonly spaceAt?: readonly number[];
  readonly hungryAt?: readonly number[];
  readonly index?: number;
  /** The least loaded node with a slot for the tier, where that is not the least loaded of all. */
  readonly nodeFor?: number;
}

export function pool(
  name: string,
  {
    loads = [0],
    pressure = 0,
    predictedUs = 0,
    maxModelLen = 1000,
    waiting = 0,
    kvUse = 0,
    slots = 1000,
    spaceAt,
    hungryAt,
    index = 0,
    nodeFor,
  }: PoolOptions = {},
): TestPool {
  const leastLoad = Math.min(Number.POSITIVE_INFINITY, ...loads);
  return {
    name,
    activeNodes: loads.length,
    nodeAt: (nth) => nth,
    loadOf: (node) => loads[node]!,
    leastLoad,
    leastLoadedNode: loads.indexOf(leastLoad),
    kvUseOf: () => kvUse,
    leastPressedNode: () => loads.indexOf(leastLoad),
    seats: 10,
    costPicoPerHour: 1,
    watts: 1,
    maxModelLen,
    dispatchPressure: (node) => (typeof pressure === 'number' ? pressure : pressure[node]!),
    waitingOf: () => waiting,
    waitingTokensOf: () => waiting * 100,
    predictTtftUs: (_nowUs, _tier, ahead) => predictedUs + ahead,
    index,
    nodeFor: () => nodeFor ?? (loads.some((load) => load < slots) ? loads.indexOf(leastLoad) : -1),
    findNode: (_tier, suits) => loads.findIndex((load, node) => load < slots && suits(node)),
    admits: (node) => loads[node]! < slots,
    hasSpace: (node) => spaceAt?.includes(node) ?? true,
    isHungry: (node) => hungryAt?.includes(node) ?? true,
  };
}

export function route(
  groups: readonly (readonly TestPool[])[],
  options: Partial<Route<TestPool>> = {},
): Route<TestPool> {
  return {
    tierServed: 0,
    tierQueued: 0,
    refusal: null,
    ...contextsOf(groups),
    limiters: null,
    admission: { kind: 'none' },
    signal: null,
    onNoCapacity: 'shed',
    downgrade: null,
    limitDowngrades: new Map(),
    line: -1,
    isHeld: false,
    bindsLate: false,
    dispatchAtPressure: Number.POSITIVE_INFINITY,
    mayBeAsleep: false,
    isAsynchronous: false,
    ...options,
  };
}

/** A set of limits that a class without exemptions meets in the tier `standard`. */
export function limits(specs: readonly LimiterSpec[]): LimiterSet | null {
  return new Limiters(0).setFor(specs, { account: 'acme', model: 'm', tier: 'standard', isExempt: false });
}

/** Reading the true output length is what a gateway must not do. */
export function offer(promptTokens = 10): Offer {
  return {
    request: 1,
    sentUs: 0,
    class: 0,
    tierAsked: 0,
    promptTokens,
    sharedTokens: 0,
    sharedFamily: 0,
    get outputTokens(): number {
      throw new Error('the gateway read the output length');
    },
  } as Offer;
}

/** Nobody waits, unless it is said otherwise. */
const noLines: Lines = { isFull: () => false, isBehind: () => false, keepsOut: () => false, tokensAhead: () => 0 };

export function gateway(lines: Partial<Lines> = {}, router: RouterName = 'least-loaded'): Gateway<TestPool> {
  const pickNode = makeRouter(router, stream('gateway', 1, 'test'));
  return new Gateway(pickNode, pool('any'), route([]), { ...noLines, ...lines });
}

export const decide = (of: Route<TestPool>, at: Gateway<TestPool> = gateway(), promptTokens = 10) => {
  const { kind, outcome, cause, limiters, pool: chosen, node } = at.decide(0, offer(promptTokens), of);
  const isCharged = limiters !== null;
  return kind === 'reject' ? { outcome, cause, isCharged } : { kind, isCharged, place: `${chosen.name}${node}` };
};
