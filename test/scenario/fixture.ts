import type { LoadOptions } from '../../src/scenario/load.js';
import { loadScenario } from '../../src/scenario/load.js';

/** The smallest complete file; tests put their own lines in place of a block. */
const BLOCKS = {
  provider: 'provider: neutral',
  fleet: 'fleet:\n  - {name: main, model: llama-3.1-8b, hardware: h100}',
  traffic: 'traffic:\n  - {name: app, model: llama-3.1-8b, arrivals: 5/s, input: 500, output: 100}',
};

/** A scenario text whose named blocks are replaced and whose extra lines come first. */
export function scenarioText(changes: Partial<typeof BLOCKS> & { readonly head?: string } = {}): string {
  const { head, ...blocks } = changes;
  const lines = Object.values({ ...BLOCKS, ...blocks });
  return [...(head === undefined ? [] : [head]), ...lines, ''].join('\n');
}

/** A scenario with one traffic class, the flow mapping of which is given without name and model, on line 4. */
export function withClass(rest: string): string {
  return scenarioText({ traffic: `traffic:\n  - {name: app, model: llama-3.1-8b, ${rest}}` });
}

export function load(text: string, options: Partial<LoadOptions> = {}) {
  return loadScenario(text, { file: 'test.yaml', ...options });
}

/** Codes and places of what is wrong, in the order shown: `S024 5:12`. */
export function errors(text: string, options: Partial<LoadOptions> = {}): readonly string[] {
  return load(text, options)
    .problems.filter((problem) => problem.severity === 'error')
    .map(({ code, file, line, column }) => `${code} ${file === 'test.yaml' ? '' : `${file} `}${line}:${column}`);
}

export function warnings(text: string): readonly string[] {
  return load(text)
    .problems.filter((problem) => problem.severity === 'warning')
    .map(({ code, line, column }) => `${code} ${line}:${column}`);
}

/** The scenario of a text without errors. */
export function scenarioOf(text: string, options: Partial<LoadOptions> = {}) {
  const { scenario, problems } = load(text, options);
  if (scenario === null) throw new Error(JSON.stringify(problems));
  return scenario;
}

/** A text in which `»` marks a place, without the mark, and the place as `line:column`. */
export function marked(text: string): { readonly text: string; readonly place: string } {
  const before = text.slice(0, text.indexOf('»')).split('\n');
  return { text: text.replace('»', ''), place: `${before.length}:${(before.at(-1) ?? '').length + 1}` };
}
