import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll } from 'vitest';

/** The built program, used as somebody would who has only installed it. */
export const PROGRAM = resolve(import.meta.dirname, '../../dist/cli/main.js');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Starts `tiersim` with a plain environment: no colour settings, no terminal. */
export function start(words: readonly string[], options: { cwd?: string; env?: Record<string, string> } = {}): Started {
  if (!existsSync(PROGRAM)) throw new Error('dist/cli/main.js is missing: run `npm run build` before these tests');
  const process = spawn(globalThis.process.execPath, [PROGRAM, ...words], {
    cwd: options.cwd ?? tmpdir(),
    env: { PATH: globalThis.process.env['PATH'] ?? '', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  process.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  process.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<Ended>((resolveEnded) => {
    process.on('close', (code) => resolveEnded({ code, stdout, stderr }));
  });
  return { process, ended };
}

export function tiersim(...words: string[]): Promise<Ended> {
  return start(words).ended;
}

/** A folder of this test file's own, removed after its last test. */
export function ownFolder(): { readonly path: string; write(name: string, content: string | Buffer): string } {
  const path = mkdtempSync(join(tmpdir(), 'tiersim-test-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return {
    path,
    write(name, content) {
      const file = join(path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      return file;
    },
  };
}

/** A complete scenario that runs in a blink; `more` is added at the end. */
export function smallScenario(more = ''): string {
  return `about: One node under light load.
seed: 1
duration: 60s
warmup: 5s
provider: neutral
fleet:
  - {name: main, model: llama-3.1-8b, hardware: h100, nodes: 1}
traffic:
  - {name: chat, model: llama-3.1-8b, tier: standard, arrivals: 4/s, input: 200, output: 40}
${more}`;
}

/** The same kind of fleet, for so long that no test waits for its end. */
export function endlessScenario(): string {
  return smallScenario().replace('duration: 60s', 'duration: 300d').replace('4/s', '40/s');
}
