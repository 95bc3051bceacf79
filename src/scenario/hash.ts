import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Scenario } from '../models/scenario.js';
import { canonicalJson } from './canonical-json.js';

/**
 * SHA-256 in hex of the resolved scenario and its trace files, in the order of `traceFiles`. Each part enters by its own
 * digest, so that no bytes can move from one to the next unnoticed.
 */
export function scenarioHash(scenario: Scenario, traces: readonly Uint8Array[] = []): string {
  return ofDigests(scenario, traces.map(sha256));
}

/** The same from the traces as text: unpacked, so that packing a file anew changes nothing. */
export function hashWithTraces(scenario: Scenario, traces: ReadonlyMap<string, string>): string {
  let digests = DIGESTS.get(traces);
  if (digests === undefined) {
    digests = [...traces.values()].map((text) => sha256(utf8ToBytes(text)));
    DIGESTS.set(traces, digests);
  }
  return ofDigests(scenario, digests);
}

/** Traces are long, and a search hashes many scenarios with the same ones. */
const DIGESTS = new WeakMap<ReadonlyMap<string, string>, readonly Uint8Array[]>();

function ofDigests(scenario: Scenario, traces: readonly Uint8Array[]): string {
  const all = sha256.create();
  all.update(sha256(utf8ToBytes(canonicalJson(scenario))));
  for (const digest of traces) all.update(digest);
  return bytesToHex(all.digest());
}
