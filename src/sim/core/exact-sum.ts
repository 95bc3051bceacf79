import { LARGE } from './expect-large.js';
import { invariant } from './invariant.js';

/**
 * A sum of whole numbers that stays exact beyond 2^53, hence the same in any order: high * 2^52 + low, both doubles.
 * Good for totals up to 2^104.
 */
export class ExactSum {
  private high = 0;
  /** Always between -2^52 and 2^52, both excluded. */
  private low = 0;

  static {
    // See expectLarge.
    new ExactSum().low = LARGE;
  }

  /** Short, so that it is inlined where it is called most. */
  add(value: number): void {
    const low = this.low + value;
    if (low < LIMB && low > -LIMB && Number.isInteger(value)) this.low = low;
    else this.addWithCarry(value);
  }

  private addWithCarry(value: number): void {
    invariant(Number.isSafeInteger(value), 'an exact sum takes whole numbers below 2^53', undefined, value);
    const carry = Math.trunc(value / LIMB);
    this.high += carry;
    this.addLow(value - carry * LIMB);
  }

  /** Adds value * times, exactly. Where the product is beyond 2^53, each factor lies below 2^52 in size. */
  addProduct(value: number, times: number): void {
    const product = value * times;
    const low = this.low + product;
    // A sum as small as that has no product beyond 2^53 in it, so it is exact.
    if (low < LIMB && low > -LIMB && Number.isInteger(product)) this.low = low;
    else if (Number.isSafeInteger(product)) this.addWithCarry(product);
    else this.addLarge(value, times);
  }

  private addLarge(value: number, times: number): void {
    invariant(Number.isSafeInteger(value) && Math.abs(value) < LIMB, 'a factor is whole, below 2^52', undefined, value);
    invariant(Number.isSafeInteger(times) && Math.abs(times) < LIMB, 'a factor is whole, below 2^52', undefined, times);
    // Schoolbook multiplication in halves of 26 bits: every partial product stays below 2^53.
    const valueHigh = Math.trunc(value / HALF_LIMB);
    const valueLow = value - valueHigh * HALF_LIMB;
    const timesHigh = Math.trunc(times / HALF_LIMB);
    const timesLow = times - timesHigh * HALF_LIMB;
    const cross = valueHigh * timesLow + valueLow * timesHigh;
    const crossHigh = Math.trunc(cross / HALF_LIMB);
    this.high += valueHigh * timesHigh + crossHigh;
    this.add((cross - crossHigh * HALF_LIMB) * HALF_LIMB);
    this.add(valueLow * timesLow);
  }

  addSum(other: ExactSum): void {
    this.high += other.high;
    this.addLow(other.low);
  }

  /** The double nearest to the sum: one rounding, whatever the order of adding. */
  toNumber(): number {
    return this.high * LIMB + this.low;
  }

  toBigInt(): bigint {
    return BigInt(this.high) * BigInt(LIMB) + BigInt(this.low);
  }

  private addLow(value: number): void {
    const low = this.low + value;
    if (low < LIMB && low > -LIMB) {
      this.low = low;
    } else {
      const carry = low > 0 ? 1 : -1;
      this.high += carry;
      this.low = low - carry * LIMB;
    }
  }
}

/** 2^52: two numbers below it add without rounding. */
export const LIMB = 4_503_599_627_370_496;

/**
 * Where most is added, a plain sum takes it until it has reached so much and goes into the exact one: LIMB in the end, but
 * early at first, see nextLookUs.
 */
export const FIRST_ROOM = 68_719_476_736;

export function moreRoom(room: number): number {
  return Math.min(LIMB, 2 * room);
}
const HALF_LIMB = 67_108_864;
