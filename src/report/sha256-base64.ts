import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The digest of a text as a content security policy names it. */
export function sha256Base64(text: string): string {
  const bytes = sha256(utf8ToBytes(text));
  let out = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(at, at + 3);
    const bits = (a << 16) | (b << 8) | c;
    const given = Math.min(3, bytes.length - at) + 1;
    for (let digit = 0; digit < 4; digit++) out += digit < given ? DIGITS[(bits >> (18 - 6 * digit)) & 63] : '=';
  }
  return out;
}
