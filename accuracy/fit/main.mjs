import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { kernelFits, mixedDecodeRows } from './kernels.mjs';
import { recordedFit } from './recorded.mjs';
import { servedFit } from './served.mjs';
import { fitsSource } from './write.mjs';

// Writes src/models/catalog/fits.ts from accuracy/data. The served fit and the recorded one rest on the kernel fits that are
// built: run `npm run -s build` and this once more where those changed.
const target = fileURLToPath(new URL('../../src/models/catalog/fits.ts', import.meta.url));
const { fits, refused } = kernelFits();
const recorded = fits.filter(({ tokensMs }) => tokensMs !== undefined).map(recordedFit);
writeFileSync(target, fitsSource({ fits, refused, recorded, mixed: mixedDecodeRows(), served: servedFit() }));
execFileSync('npx', ['biome', 'check', '--write', target], { stdio: 'inherit' });
