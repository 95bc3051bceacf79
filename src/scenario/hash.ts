import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Scenario } from '../models/scenario.js';
import { type TraceTable, traceKey } from '../models/trace.js';
import { canonicalJson } from './canonical-json.js';

/**
 * SHA-256 in hex of the resolved scenario and its trace files. Each part enters by its own digest, so that no bytes can
 * move from one to the next unnoticed, and no file need be held to be counted in. `traces`: the SHA-256 in hex of each
 * file's unpacked bytes.
 */
export function scenarioHash(scenario: Scenario, traces: readonly string[] = []): string {
  const all = sha256.create();
  all.update(sha256(utf8ToBytes(canonicalJson(scenario))));
  for (const digest of traces) all.update(hexToBytes(digest));
  return bytesToHex(all.digest());
}

/** SHA-256 in hex. */
export function textHash(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

/** The hash of a scenario with the traces it names, by traceKey: unpacked, so that packing them anew changes nothing. */
export function hashWithTraces(scenario: Scenario, traces: ReadonlyMap<string, TraceTable>): string {
  const keys = scenario.traffic.flatMap(({ arrivals }) => (arrivals.kind === 'trace' ? [traceKey(arrivals)] : []));
  return scenarioHash(
    scenario,
    [...new Set(keys)].flatMap((key) => traces.get(key)?.sha256 ?? []),
  );
}
