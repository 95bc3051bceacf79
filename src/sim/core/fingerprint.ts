import { LARGE } from './expect-large.js';
import { invariant } from './invariant.js';

/**
 * A running hash of everything that happened, in order: equal fingerprints, equal runs. Two 32-bit lanes in the manner
 * of MurmurHash3 (Austin Appleby, public domain), each fed into the other; not for security.
 */
export class Fingerprint {
  private first = 0x2f6e2b1;
  private second = 0x1b873593;

  /** When the event is that is folded next: as an argument a large number costs an allocation, and in a field none. */
  timeUs = LARGE;

  /** Time (below 2^53), kind (0 to 255) and subject of one event. */
  foldEvent(kind: number, subject: number): void {
    const { timeUs } = this;
    // The upper half of the time has at most 21 bits, so the kind fits above it.
    this.mix(timeUs | 0);
    this.mix(((timeUs / TWO_32) | 0) ^ (kind << 24));
    this.mix(subject);
  }

  /** Any number but NaN; 0 and -0 are the same. */
  fold(value: number): void {
    invariant(!Number.isNaN(value), 'a fingerprint takes no NaN');
    scratch.setFloat64(0, value + 0, true);
    this.mix(scratch.getInt32(0, true));
    this.mix(scratch.getInt32(4, true));
  }

  /** 16 hexadecimal digits; folding may go on afterwards. */
  hex(): string {
    const first = finished(this.first ^ this.second);
    const second = finished(this.second + first);
    return eightDigits(first) + eightDigits(second);
  }

  private mix(word: number): void {
    let first = Math.imul(word, 0xcc9e2d51);
    first = this.first ^ Math.imul((first << 15) | (first >>> 17), 0x1b873593);
    first = ((first << 13) | (first >>> 19)) + this.second;
    this.first = (Math.imul(first, 5) + 0xe6546b64) | 0;

    let second = Math.imul(word, 0x85ebca6b);
    second = this.second ^ Math.imul((second << 17) | (second >>> 15), 0xc2b2ae35);
    second = ((second << 11) | (second >>> 21)) + this.first;
    this.second = (Math.imul(second, 5) + 0x38495ab5) | 0;
  }
}

const TWO_32 = 4_294_967_296;
const scratch = new DataView(new ArrayBuffer(8));

/** Spreads every input bit over the whole word, so that the last events count as much as the first. */
function finished(lane: number): number {
  let word = lane | 0;
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return word ^ (word >>> 16);
}

function eightDigits(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
