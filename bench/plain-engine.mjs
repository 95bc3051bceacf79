import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

// The plain engine is TypeScript of the tests, which is never built: it is bundled here for the one run.
const folder = mkdtempSync(join(tmpdir(), 'tiersim-bench-'));
const outfile = join(folder, 'plain-engine.mjs');
const entry = new URL('../test/reference/engine/replica.ts', import.meta.url).pathname;
await build({ entryPoints: [entry], outfile, bundle: true, format: 'esm', platform: 'neutral', logLevel: 'error' });
const { Replica } = await import(outfile);
rmSync(folder, { recursive: true });

export const makePlainEngine = (...parts) => new Replica(...parts);
