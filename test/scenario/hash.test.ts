import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/scenario/canonical-json.js';
import { hashWithTraces, scenarioHash } from '../../src/scenario/hash.js';
import { tableOf, traced } from '../helpers/scenario.js';
import { scenarioOf, scenarioText } from './fixture.js';

describe('canonicalJson', () => {
  it('orders keys by code unit, whatever their order was', () => {
    expect(canonicalJson({ b: 1, a: [{ d: null, C: 'x' }], '10': true, '9': 0.1 })).toBe(
      '{"10":true,"9":0.1,"a":[{"C":"x","d":null}],"b":1}',
    );
  });

  it('is JSON of the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        expect(JSON.parse(canonicalJson(plain))).toEqual(plain);
      }),
    );
  });

  it.each([[Number.NaN], [Number.POSITIVE_INFINITY], [undefined], [() => 0], [1n]])('refuses %s', (value) => {
    expect(() => canonicalJson({ value })).toThrow(TypeError);
  });
});

describe('scenarioHash', () => {
  const scenario = scenarioOf(scenarioText());
  const digest = (text: string) => createHash('sha256').update(text).digest('hex');

  it('is the SHA-256 of the digests of its parts, as Node computes it', () => {
    const sha = (data: Uint8Array | string) => createHash('sha256').update(data).digest();
    const expected = sha(Buffer.concat([sha(canonicalJson(scenario)), sha('rows')])).toString('hex');
    expect(scenarioHash(scenario, [digest('rows')])).toBe(expected);
  });

  it('does not change with comments, order of keys or spelling of units', () => {
    const text = scenarioText({ head: '# a remark\nwarmup: 60s\nduration: 600s' });
    const same = scenarioText({ head: 'duration: 10m\nwarmup: 1m' });
    expect(scenarioHash(scenarioOf(text))).toBe(scenarioHash(scenarioOf(same)));
  });

  it('changes with the seed, any value, and the bytes of a trace or where they are cut', () => {
    const hashes = [
      scenarioHash(scenario),
      scenarioHash({ ...scenario, seed: '2' }),
      scenarioHash(scenarioOf(scenarioText(), { set: ['fleet.main.nodes=2'] })),
      scenarioHash(scenario, [digest('ab')]),
      scenarioHash(scenario, [digest('a'), digest('b')]),
      scenarioHash(scenario, [digest('b'), digest('a')]),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('counts a trace in by the bytes it was read from', () => {
    const { spec, text } = traced([[0, 1, 1]]);
    const made = { ...scenario, traffic: [spec] };
    const [key, table] = tableOf(spec.arrivals, text);
    expect(hashWithTraces(made, new Map([[key, table]]))).toBe(scenarioHash(made, [digest(text)]));
    expect(hashWithTraces(scenario, new Map([[key, table]]))).toBe(scenarioHash(scenario));
  });
});
