// Makes dist/page/{page.js,page.css}: all that an HTML report carries besides its data. Part of `npm run build`.
// The charts' specifications are compiled here, so the page needs neither Vega-Lite nor Vega's parser, and its policy may
// forbid eval; of the rest of Vega only what these charts use goes in.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chartSpecs } from '../dist/report/chart-specs.js';
import { compiledCharts } from './compiled-charts.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const OUT = join(ROOT, 'dist', 'page');

/** What Vega pulls in for maps, calendars and files. */
const UNUSED =
  /^(vega-projection|vega-time|d3-(geo|geo-projection|scale-chromatic|dsv|time|time-format)|topojson-client)$/;

const TRANSFORMS = [
  ...['Aggregate', 'Collect', 'Compare', 'Expression', 'Extent', 'Facet', 'Field', 'Filter', 'Formula', 'Impute'],
  ...[
    'JoinAggregate',
    'Key',
    'MultiExtent',
    'MultiValues',
    'Params',
    'PreFacet',
    'Proxy',
    'Relay',
    'Sequence',
    'Sieve',
  ],
  ...['Subflow', 'TupleIndex', 'Values'],
];

/** Vega's own index without the transforms that these charts do not use; a missing one fails the page's tests. */
const VEGA = `
import { transforms } from 'vega-dataflow';
import * as view from 'vega-view-transforms';
import * as encode from 'vega-encode';
${TRANSFORMS.map((name) => `import ${name.toLowerCase()} from 'vega-transforms/src/${name}.js';`).join('\n')}
Object.assign(transforms, view, encode, { ${TRANSFORMS.map((name) => name.toLowerCase()).join(', ')} });
export { View } from 'vega-view';
`;

/** Modules that are written here, by the name they are imported by. */
const WRITTEN = {
  vega: VEGA,
  'compiled-charts': compiledCharts(chartSpecs()),
  'vega-functions': `export { functionContext } from 'compiled-charts';`,
};

const trimmed = {
  name: 'trimmed',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^(${Object.keys(WRITTEN).join('|')})$`) }, ({ path }) => {
      return { path, namespace: 'written' };
    });
    onLoad({ filter: /.*/, namespace: 'written' }, ({ path }) => {
      return { contents: WRITTEN[path], resolveDir: ROOT, loader: 'js' };
    });
    // Past what packages export.
    onResolve({ filter: /^vega-\w+\/src\// }, ({ path }) => ({ path: join(ROOT, 'node_modules', path) }));
    onResolve({ filter: UNUSED }, ({ path }) => ({ path, namespace: 'unused' }));
    // CommonJS, so that any name may be imported from it; none is ever called.
    onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = {};', loader: 'js' }));
    // From its sources, without the palettes: these charts bring their own colours.
    onResolve({ filter: /^vega-scale$/ }, ({ path }) => ({ path: join(ROOT, 'node_modules', path, 'index.js') }));
    onLoad({ filter: /vega-scale\/src\/palettes\.js$/ }, () => ({
      contents: 'export const continuous = {}, discrete = {};',
    }));
  },
};

await build({
  entryPoints: { page: join(ROOT, 'dist', 'web', 'page.js'), style: join(ROOT, 'src', 'web', 'page.css') },
  outdir: OUT,
  bundle: true,
  minify: true,
  format: 'iife',
  target: ['chrome110', 'firefox110', 'safari16'],
  legalComments: 'none',
  charset: 'utf8',
  plugins: [trimmed],
  logLevel: 'warning',
  metafile: true,
}).then(({ metafile }) => {
  mkdirSync(OUT, { recursive: true });
  if (process.argv.includes('--sizes'))
    writeFileSync(join(OUT, 'sizes.json'), JSON.stringify(metafile.outputs, null, 1));
});
