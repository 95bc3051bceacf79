// Makes dist/bundle/worker.js: what a worker thread runs, in one file, because a thread that opens a hundred modules needs
// twice the time to start. Part of `npm run build`.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

await build({
  entryPoints: [join(ROOT, 'dist', 'run', 'worker.js')],
  outfile: join(ROOT, 'dist', 'bundle', 'worker.js'),
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
});
