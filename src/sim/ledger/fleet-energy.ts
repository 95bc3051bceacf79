import type { NodeState } from '../../models/node-state.js';
import type { Pool } from '../../models/scenario.js';
import { shareOut } from './share-out.js';

/** Whole nanojoules throughout: what is split adds up again to the last unit. */
export interface FleetEnergy {
  readonly byPool: readonly PoolEnergy[];
  readonly byTier: readonly bigint[];
  /** Nobody's: nodes without a step, and steps of nothing but uncounted work. */
  readonly idleNj: bigint;
  readonly totalNj: bigint;
}

export interface PoolEnergy {
  readonly totalNj: bigint;
  /** Of nodes that are on and run no step. */
  readonly idleNj: bigint;
  /** Part of the total that devices draw; the rest is the host's. */
  readonly deviceNj: bigint;
}

export interface PoolWork {
  readonly nodeUs: Readonly<Record<NodeState, number>>;
  /** Loaded and not down, and of that a step running. */
  readonly upNodeUs: number;
  readonly busyUs: number;
  /** What steps drew above the active watts of their nodes. */
  readonly workNj: bigint;
}

/** What a tier is charged by: by pool, the time its attempts held a seat, and what their own tokens took. */
export interface TierUse {
  readonly seatUs: Float64Array;
  readonly ownNj: Float64Array;
}

/**
 * Energy at the plug of the nodes, and whose it is. A tier has what its own tokens took (at most what all steps drew,
 * for the cap may cut it) and, by seat time, its share of what a running step draws whoever is in it: active watts,
 * weights, host.
 */
export function fleetEnergy(
  pools: readonly Pool[],
  works: readonly PoolWork[],
  tiers: readonly TierUse[],
): FleetEnergy {
  const byPool = works.map((work, i) => poolEnergy(pools[i]!, work));
  const byTier = tiers.map(() => 0n);
  for (const [pool, { totalNj, idleNj }] of byPool.entries()) {
    const activeNj = totalNj - idleNj;
    const seats = tiers.map(({ seatUs }) => BigInt(seatUs[pool]!));
    const own = tiers.map(({ ownNj }) => BigInt(Math.round(ownNj[pool]!)));
    const wantedNj = own.reduce((a, b) => a + b, 0n);
    const { workNj } = works[pool]!;
    const ownNj = least(wantedNj, workNj);
    const ownParts = shareOut(ownNj, own);
    const sharedParts = shareOut(activeNj - ownNj, seats);
    for (let tier = 0; tier < tiers.length; tier++) byTier[tier]! += ownParts[tier]! + sharedParts[tier]!;
  }
  const totalNj = byPool.reduce((sum, { totalNj }) => sum + totalNj, 0n);
  return { byPool, byTier, idleNj: totalNj - byTier.reduce((a, b) => a + b, 0n), totalNj };
}

/** Starting and broken nodes draw what an idle machine draws: the first is assumed, for loading keeps it busy but little. */
function poolEnergy({ power }: Pool, { nodeUs, upNodeUs, busyUs, workNj }: PoolWork): PoolEnergy {
  const unloadedUs = BigInt(nodeUs.starting + nodeUs.down);
  const restingUs = BigInt(nodeUs.warm + upNodeUs - busyUs);
  const activeUs = BigInt(busyUs);
  const hostMilliwatts = milliwatts(power.hostWatts);
  const restNj = milliwatts(power.idleWatts) * unloadedUs + milliwatts(power.loadedIdleWatts) * restingUs;
  const deviceNj = restNj + milliwatts(power.activeWatts) * activeUs + workNj;
  return {
    totalNj: deviceNj + hostMilliwatts * (unloadedUs + restingUs + activeUs),
    idleNj: restNj + hostMilliwatts * (unloadedUs + restingUs),
    deviceNj,
  };
}

/** Mean watts of a pool in each bucket, from the means of its nodes and the energy of its steps. */
export function wattsSeries(
  { power }: Pool,
  { states, workNj }: { readonly states: NodesByDraw; readonly workNj: readonly number[] },
  bucketUs: number,
  endUs: number,
): number[] {
  const { idleWatts, loadedIdleWatts, activeWatts, hostWatts } = power;
  return states.busy.map((busy, i) => {
    const lengthUs = Math.min(bucketUs, endUs - i * bucketUs);
    const workWatts = lengthUs > 0 ? workNj[i]! / lengthUs / 1000 : 0;
    const atRest = states.unloaded[i]! * (idleWatts + hostWatts) + states.resting[i]! * (loadedIdleWatts + hostWatts);
    return atRest + busy * (activeWatts + hostWatts) + workWatts;
  });
}

/** Mean nodes in each bucket: on without a model, loaded at rest, at a step. */
interface NodesByDraw {
  readonly unloaded: readonly number[];
  readonly resting: readonly number[];
  readonly busy: readonly number[];
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

/** A milliwatt for a microsecond is a nanojoule. */
function milliwatts(watts: number): bigint {
  return BigInt(Math.round(watts * 1000));
}
