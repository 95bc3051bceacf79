import { describe, expect, it } from 'vitest';
import { steadyState } from '../../src/models/capacity.js';
import { findHardware, HARDWARE } from '../../src/models/catalog/hardware.js';
import { findLlm, LLMS } from '../../src/models/catalog/llms.js';
import { type NodeSheet, nodeSheet } from '../../src/models/node-sheet.js';
import { provision } from '../../src/models/provision.js';

function sheet(hardware: string, model: string, changes: Partial<Parameters<typeof nodeSheet>[0]> = {}): NodeSheet {
  const request = {
    hardware: findHardware(hardware)!,
    llm: findLlm(model)!,
    gpus: 1,
    promptTokens: 1000,
    outputTokens: 250,
  };
  const result = nodeSheet({ ...request, ...changes });
  if ('problems' in result) throw new Error(result.problems[0]?.message);
  return result;
}

describe('nodeSheet', () => {
  it('spends exactly the node on its output', () => {
    const { sustainable } = sheet('h100', 'llama-3.3-70b', { gpus: 4 });
    const dollarsPerHour = (sustainable.usdPerMillionOutput! * sustainable.outputTokensPerSecond * 3600) / 1e6;
    expect(dollarsPerHour).toBeCloseTo((4 * (1.89 + 3.99)) / 2, 6);
    const watts = (sustainable.joulesPerMillionOutput * sustainable.outputTokensPerSecond) / 1e6;
    expect(watts).toBeCloseTo(sustainable.watts, 6);
    // Prompts of 1,000 tokens and answers of 250: a fifth of the tokens is output.
    expect(sustainable.usdPerMillion! * 5).toBeCloseTo(sustainable.usdPerMillionOutput!, 9);
    expect(sustainable.joulesPerMillion * 5).toBeCloseTo(sustainable.joulesPerMillionOutput, 3);
  });

  it('never draws more than cap and host', () => {
    for (const device of HARDWARE) {
      for (const llm of LLMS) {
        if (llm.kv.kind === 'none') continue;
        const result = nodeSheet({ hardware: device, llm, gpus: 1, promptTokens: 1000, outputTokens: 250 });
        if ('problems' in result) continue;
        const most = Math.max(device.tdpWatts.value, device.idleWatts.value + device.loadedIdleExtraWatts.value);
        expect(result.sustainable.watts).toBeLessThanOrEqual((most + device.hostWatts.value) * 1.000001);
        expect(result.sustainable.watts).toBeGreaterThan(device.idleWatts.value);
        expect(result.prefillTokensPerSecond).toBeGreaterThan(0);
      }
    }
  });

  it('decodes more tokens together and each of them later, as the batch grows', () => {
    const { decode } = sheet('h200', 'llama-3.1-70b', { weights: 'fp8' });
    for (const [index, { tokensPerSecond, tpotMs }] of decode.entries()) {
      if (index === 0) continue;
      expect(tokensPerSecond).toBeGreaterThan(decode[index - 1]!.tokensPerSecond);
      expect(tpotMs).toBeGreaterThanOrEqual(decode[index - 1]!.tpotMs);
    }
  });

  it('holds no larger batch than memory does', () => {
    const { decode, kvTokens } = sheet('rtx-4090', 'llama-3.1-8b');
    expect(decode.at(-1)!.batch * (1000 + 125)).toBeLessThanOrEqual(kvTokens!);
  });

  it('says how far published points are, where there are any', () => {
    expect(sheet('h100', 'llama-3.3-70b', { gpus: 2, weights: 'fp8' }).measured).toMatchObject({
      points: 19,
      isSame: true,
    });
    const other = { model: 'llama-3.1-70b', precision: 'fp8', isSame: false };
    expect(sheet('h100', 'llama-3.3-70b', { gpus: 4 }).measured).toMatchObject(other);
    expect(sheet('l40s', 'llama-3.1-8b').measured).toBeNull();
  });

  it('gives the reason where the model does not fit', () => {
    const request = { hardware: findHardware('l4')!, llm: findLlm('llama-3.3-70b')!, gpus: 1 };
    const result = nodeSheet({ ...request, promptTokens: 1000, outputTokens: 250 });
    expect('problems' in result && result.problems[0]?.message).toContain('needs 141.1 GB');
  });
});

describe('steadyState', () => {
  it("passes on as many requests as its steps let in, and holds Little's law", () => {
    const node = provision({
      modelId: 'llama-3.1-8b',
      llm: findLlm('llama-3.1-8b')!,
      hardware: findHardware('h100')!,
      gpusPerNode: 1,
      precision: {},
      engine: {},
      policyDefault: 'fcfs',
    });
    if (!node.ok) throw new Error('it fits');
    const { requestsPerSecond, stepSeconds, entering, decodes } = steadyState(node, 800, 200);
    expect(requestsPerSecond * stepSeconds).toBeCloseTo(entering, 9);
    expect(decodes).toBeCloseTo(requestsPerSecond * 199 * stepSeconds, 6);
  });
});
