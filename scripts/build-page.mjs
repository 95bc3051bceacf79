// Makes dist/page/{page.js,page.css}: all that an HTML report carries besides its data. Part of `npm run build`.
// Vega-Lite's specifications are compiled here, so neither the program nor the page needs Vega-Lite; of Vega only what
// these charts use goes in, and its expressions are interpreted, so that the page may forbid eval.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { compile } from 'vega-lite';
import { chartSpecs } from '../dist/report/chart-specs.js';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const OUT = join(ROOT, 'dist', 'page');

/** What Vega pulls in for maps, colour schemes and files. */
const UNUSED = /^(vega-projection|d3-(geo|geo-projection|scale-chromatic|dsv)|topojson-client)$/;
/** Palettes that Vega lists when it is loaded: these charts bring their own colours. */
const PALETTES = [
  'Set3',
  'Set2',
  'Set1',
  'Pastel2',
  'Pastel1',
  'Paired',
  'Observable10',
  'Dark2',
  'Category10',
  'Accent',
];

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
export { parse } from 'vega-parser';
`;

const withoutUnused = {
  name: 'without-unused',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^vega$/ }, () => ({ path: 'vega', namespace: 'trimmed' }));
    onLoad({ filter: /.*/, namespace: 'trimmed' }, () => ({ contents: VEGA, resolveDir: ROOT, loader: 'js' }));
    onResolve({ filter: /^vega-transforms\/src\// }, ({ path }) => ({ path: join(ROOT, 'node_modules', path) }));
    onResolve({ filter: UNUSED }, ({ path }) => ({ path, namespace: 'unused' }));
    // CommonJS, so that any name may be imported from it; none is ever called.
    onLoad({ filter: /.*/, namespace: 'unused' }, () => ({
      contents: `module.exports = {${PALETTES.map((name) => `scheme${name}: []`).join(', ')}};`,
      loader: 'js',
    }));
  },
};

const configs = new Set();
const compiled = Object.fromEntries(
  Object.entries(chartSpecs()).map(([name, spec]) => {
    const { $schema: _, config, ...vega } = compile(spec).spec;
    configs.add(JSON.stringify(config));
    return [name, vega];
  }),
);
if (configs.size !== 1) throw new Error('charts differ in their config: give each its own');

await build({
  entryPoints: { page: join(ROOT, 'dist', 'web', 'page.js'), style: join(ROOT, 'src', 'web', 'page.css') },
  outdir: OUT,
  bundle: true,
  minify: true,
  format: 'iife',
  target: ['chrome110', 'firefox110', 'safari16'],
  legalComments: 'none',
  charset: 'utf8',
  define: { COMPILED_SPECS: JSON.stringify(compiled), COMMON_CONFIG: [...configs][0] },
  plugins: [withoutUnused],
  logLevel: 'warning',
  metafile: true,
}).then(({ metafile }) => {
  mkdirSync(OUT, { recursive: true });
  if (process.argv.includes('--sizes'))
    writeFileSync(join(OUT, 'sizes.json'), JSON.stringify(metafile.outputs, null, 1));
});
