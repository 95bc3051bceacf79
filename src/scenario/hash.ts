import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Scenario } from '../models/scenario.js';
import { canonicalJson } from './canonical-json.js';

/**
 * SHA-256 in hex of the resolved scenario and its trace files, in the order of `traceFiles`. Each part enters by its own
 * digest, so that no bytes can move from one to the next unnoticed.
 */
export function scenarioHash(scenario: Scenario, traces: readonly Uint8Array[] = []): string {
  const parts = [utf8ToBytes(canonicalJson(scenario)), ...traces];
  const all = sha256.create();
  for (const part of parts) all.update(sha256(part));
  return bytesToHex(all.digest());
}
