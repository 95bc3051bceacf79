// The forms of drawing as the data flows that Vega makes of them, as the source text of a module. What a page would do
// anew each time it is opened is done here: specifications are parsed, and their expressions become functions, so that
// the page may forbid eval and yet runs them at full speed. What occurs more than once is there once.
import { parse } from 'vega';
import { compile } from 'vega-lite';

/** The functions that expressions may call, each by an import or in words. */
const FUNCTIONS = {
  ...Object.fromEntries(
    ['flush', 'isArray', 'lerp', 'span', 'toNumber'].map((name) => [name, `import { ${name} } from 'vega-util';`]),
  ),
  format: `import { format } from 'vega-functions/src/functions/format.js';`,
  join: `import { join } from 'vega-functions/src/functions/sequence.js';`,
  isValid: `const isValid = (value) => value != null && value === value;`,
  bandwidth: `function bandwidth(name) { return this.context.scales[name].value.bandwidth(); }`,
  range: `function range(name) { return this.context.scales[name].value.range(); }`,
  scale: `function scale(name, value) { return this.context.scales[name].value(value); }`,
  __bandwidth: `const __bandwidth = (scale) => scale?.bandwidth?.() ?? 0;`,
};

/** What differs from report to report: the page sets these when it draws. */
const SIGNALS = ['colorDomain', 'colorRange', 'slots', 'yDomain'];

/** Exports `charts`, the flows by name, and `functionContext`, what their expressions call. */
export function compiledCharts(specs) {
  const functions = new Functions();
  const flows = Object.entries(specs).map(([name, spec]) => {
    const { config, ...vega } = compile(spec).spec;
    const { operators } = parse(withSignals(vega), config);
    return [name, { operators: withFunctions(operators, functions) }];
  });
  const called = functions.called();
  return `${called.map((name) => FUNCTIONS[name]).join('\n')}
export const functionContext = { ${called.join(', ')} };
${functions.source()}
${sharedSource('charts', Object.fromEntries(flows))}`;
}

function withSignals(vega) {
  const scales = vega.scales.map((scale) => {
    if (scale.name === 'color') return { ...scale, domain: { signal: 'colorDomain' }, range: { signal: 'colorRange' } };
    if (scale.name === 'yOffset') return { ...scale, domain: { signal: 'slots' } };
    // Overrides what comes from the data, unless it is null.
    return scale.name === 'y' && scale.type !== 'band' ? { ...scale, domainRaw: { signal: 'yDomain' } } : scale;
  });
  return { ...vega, scales, signals: [...vega.signals, ...SIGNALS.map((name) => ({ name, value: null }))] };
}

/** The expressions of all charts; the same text is one function. */
class Functions {
  #names = new Map();

  /** As Vega's runtime takes it: it keeps what it makes of an expression under `code`. */
  expression(parameters, body) {
    const text = `function (${parameters.join(', ')}) { ${body} }`;
    if (!this.#names.has(text)) this.#names.set(text, this.#names.size);
    const code = this.#names.get(text);
    return { code, run: new Name(`run${code}`) };
  }

  called() {
    const text = [...this.#names.keys()].join('\n');
    const called = [...new Set([...text.matchAll(/this\.(\w+)/g)].map(([, name]) => name))].sort();
    const unknown = called.filter((name) => !(name in FUNCTIONS));
    if (unknown.length > 0) throw new Error(`charts call what no page has: ${unknown.join(', ')}`);
    return called;
  }

  source() {
    return [...this.#names].map(([text, code]) => `const run${code} = ${text};`).join('\n');
  }
}

/** The name of a constant in the place of a value. */
class Name {
  constructor(text) {
    this.text = text;
  }
}

function withFunctions(value, functions) {
  if (Array.isArray(value)) return value.map((one) => withFunctions(one, functions));
  if (value === null || typeof value !== 'object') return value;
  if (value.channels !== undefined) return functions.expression(['item', '_'], encoder(value));
  if (typeof value.code === 'string') return functions.expression(['datum', '_'], `return ${value.code};`);
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => {
      // How items fade away: here they just go.
      if (key === 'exit' && one.$expr !== undefined) return [];
      if (key === 'update' && typeof one.code === 'string')
        return [[key, functions.expression(['_'], `return ${one.code};`)]];
      return [[key, withFunctions(one, functions)]];
    }),
  );
}

/** Sets what has changed, and tells whether anything has. */
function encoder({ marktype, channels }) {
  const sets = Object.entries(channels).map(([name, { code }]) => {
    const place = `item[${JSON.stringify(name)}]`;
    return `value = ${code}; if (${place} !== value) ${place} = value, changed = 1;`;
  });
  return `var datum = item.datum, changed = 0, value; ${sets.join(' ')} ${spatial(marktype, channels)} return changed;`;
}

/** Ends become lengths. */
function spatial(marktype, channels) {
  if (marktype === 'rule') return '';
  const isKnown = (from, to, middle) =>
    channels[middle] === undefined && (channels[to] === undefined || channels[from] !== undefined);
  if (!isKnown('x', 'x2', 'xc') || !isKnown('y', 'y2', 'yc'))
    throw new Error('a mark is placed in a way that no page knows');
  const swaps = marktype === 'group' || marktype === 'rect';
  const span = (from, to, length) => {
    if (channels[to] === undefined) return '';
    const swap = `if (item.${from} > item.${to}) value = item.${from}, item.${from} = item.${to}, item.${to} = value;`;
    return `${swaps ? swap : ''} item.${length} = item.${to} - item.${from};`;
  };
  return span('x', 'x2', 'width') + span('y', 'y2', 'height');
}

/** Source text of a constant; parts that occur more than once are constants of their own. */
function sharedSource(name, value) {
  const counts = new Map();
  const count = (one) => {
    if (typeof one !== 'object' || one === null || one instanceof Name) return;
    const text = plainSource(one);
    const times = (counts.get(text) ?? 0) + 1;
    counts.set(text, times);
    // The parts of what is shared occur once, in the constant.
    if (times === 1) for (const part of Object.values(one)) count(part);
  };
  count(value);
  const constants = new Map();
  const source = (one) => {
    if (typeof one !== 'object' || one === null || one instanceof Name) return plainSource(one);
    const text = plainSource(one);
    const known = constants.get(text);
    if (known !== undefined) return known.name;
    const made = written(one, source);
    if (counts.get(text) < 2 || made.length < SHORTEST_SHARED) return made;
    const constant = { name: `part${constants.size}`, made };
    constants.set(text, constant);
    return constant.name;
  };
  const whole = source(value);
  const parts = [...constants.values()].map((one) => `const ${one.name} = ${one.made};`);
  return `${parts.join('\n')}\nexport const ${name} = ${whole};`;
}

/** Characters; a name takes three or four. */
const SHORTEST_SHARED = 8;

function plainSource(value) {
  if (value instanceof Name) return value.text;
  return typeof value === 'object' && value !== null ? written(value, plainSource) : JSON.stringify(value);
}

function written(value, sourceOf) {
  if (Array.isArray(value)) return `[${value.map(sourceOf).join(', ')}]`;
  return `{ ${Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .map(([key, one]) => `${JSON.stringify(key)}: ${sourceOf(one)}`)
    .join(', ')} }`;
}
