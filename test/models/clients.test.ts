import { describe, expect, it } from 'vitest';
import { CLIENT_NAMES, findClient } from '../../src/models/clients.js';

describe('findClient', () => {
  it('knows the clients that a scenario can name', () => {
    const names = [
      ...['none', 'openai-node', 'openai-python', 'anthropic', 'anthropic-python', 'groq', 'cerebras', 'together'],
      ...['openrouter', 'mistral', 'google-genai', 'vercel', 'patient'],
    ];
    expect(CLIENT_NAMES).toEqual(names);
    for (const name of names) expect(findClient(name)?.name).toBe(name);
    expect(findClient('curl')).toBeUndefined();
  });

  it('gives plain data that survives JSON', () => {
    for (const name of CLIENT_NAMES) expect(JSON.parse(JSON.stringify(findClient(name)))).toEqual(findClient(name));
  });

  it('times the SDKs out after ten minutes or one and the patient client after thirty', () => {
    for (const name of ['openai-node', 'openai-python', 'anthropic']) expect(findClient(name)?.timeoutUs).toBe(6e8);
    for (const name of ['groq', 'cerebras', 'together']) expect(findClient(name)?.timeoutUs).toBe(6e7);
    expect(findClient('patient')).toMatchObject({ timeoutUs: 18e8, retries: 0 });
    expect(findClient('none')).toMatchObject({ timeoutUs: null, patienceUs: null, retries: 0 });
  });
});
