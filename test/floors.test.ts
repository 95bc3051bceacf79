import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/**
 * The floors of the house: who may import whom, no cycles, and what the pure folders may not name.
 * ARCHITECTURE.md says why.
 */
const SRC = join(import.meta.dirname, '..', 'src');

/** Most specific first. A folder may import itself and what is listed. */
const FLOORS: readonly { readonly folder: string; readonly may: readonly string[] }[] = [
  { folder: 'models', may: [] },
  { folder: 'sim/core', may: [] },
  { folder: 'sim/workload', may: ['sim/core', 'models', 'sim/attempt', 'sim/record'] },
  { folder: 'sim/gateway', may: ['sim/core', 'models', 'sim/attempt', 'sim/record'] },
  { folder: 'sim/engine', may: ['sim/core', 'models', 'sim/attempt', 'sim/record'] },
  { folder: 'sim/ledger', may: ['sim/core', 'models', 'sim/attempt', 'sim/record'] },
  {
    folder: 'sim/fleet',
    may: ['sim/core', 'sim/engine', 'models', 'sim/attempt', 'sim/record', 'sim/gauge', 'sim/event-kind', 'sim/delays'],
  },
  { folder: 'sim/detail', may: ['sim/core', 'models', 'sim/attempt', 'sim/delays', 'sim/summary-detail'] },
  { folder: 'sim', may: ['models'] },
  { folder: 'scenario', may: ['models'] },
  { folder: 'trace', may: ['models'] },
  { folder: 'report', may: ['sim/summary', 'sim/record', 'plan/findings', 'models'] },
  { folder: 'web', may: ['report', 'sim/summary', 'models'] },
  { folder: 'plan', may: ['sim', 'models', 'scenario/hash'] },
  { folder: 'run', may: ['plan', 'models/trace', 'sim/trace-error', 'scenario/hash'] },
  { folder: 'cli', may: ['scenario', 'trace', 'plan', 'report', 'run', 'sim', 'models', 'index'] },
  { folder: 'index', may: ['models', 'scenario', 'sim', 'plan', 'report', 'trace'] },
];

const PURE = ['models', 'sim', 'scenario', 'trace', 'report', 'plan', 'index'];

/** Ambient names that would let the machine, the clock, the locale or chance into the core. */
const BANNED =
  /\b(Date|Intl|localeCompare|toLocale\w+|performance|process|console|setTimeout|fetch|Math\.(?:random|pow))\b|\*\*/;

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.split(sep).join('/').replace(/\.ts$/, ''))
  .sort();

const text = (file: string): string => readFileSync(join(SRC, `${file}.ts`), 'utf8');

function imports(file: string): string[] {
  return ts
    .preProcessFile(text(file), true, true)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => name.startsWith('.'))
    .map((name) =>
      relative(SRC, join(SRC, dirname(file), name))
        .split(sep)
        .join('/')
        .replace(/\.js$/, ''),
    );
}

const isIn = (file: string, folder: string): boolean => file === folder || file.startsWith(`${folder}/`);

function violations(list: readonly string[], read: (file: string) => string[]): string[] {
  return list.flatMap((file) => {
    const floor = FLOORS.find(({ folder }) => isIn(file, folder));
    if (floor === undefined) return [`${file}: no floor`];
    return read(file)
      .filter((target) => !isIn(target, floor.folder) && !floor.may.some((allowed) => isIn(target, allowed)))
      .map((target) => `${file} -> ${target}`);
  });
}

function cycles(list: readonly string[], read: (file: string) => string[]): string[] {
  const state = new Map<string, 'open' | 'done'>();
  const found: string[] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      found.push([...trail.slice(trail.indexOf(file)), file].join(' -> '));
      return;
    }
    state.set(file, 'open');
    for (const target of read(file)) visit(target, [...trail, file]);
    state.set(file, 'done');
  };
  for (const file of list) visit(file, []);
  return found;
}

/** Code only: comments and strings may say what they like. */
function codeOf(source: string): string {
  const scanner = ts.createScanner(ts.ScriptTarget.ES2022, true, ts.LanguageVariant.Standard, source);
  const words: string[] = [];
  for (let token = scanner.scan(); token !== ts.SyntaxKind.EndOfFileToken; token = scanner.scan()) {
    if (token === ts.SyntaxKind.StringLiteral || token === ts.SyntaxKind.NoSubstitutionTemplateLiteral) continue;
    words.push(scanner.getTokenText());
  }
  return words.join(' ').replace(/ \. /g, '.');
}

describe('the floors', () => {
  it('each folder imports only what its floor allows', () => {
    expect(files.length).toBeGreaterThan(40);
    expect(violations(files, imports)).toEqual([]);
  });

  it('there are no import cycles', () => {
    expect(cycles(files, imports)).toEqual([]);
  });

  it('the pure folders name nothing of the machine, the clock, the locale or chance', () => {
    const offenders = files
      .filter((file) => PURE.some((folder) => isIn(file, folder)))
      .flatMap((file) => {
        const match = BANNED.exec(codeOf(text(file)));
        return match === null ? [] : [`${file}: ${match[0]}`];
      });
    expect(offenders).toEqual([]);
  });

  it('only one file imports seedrandom, and only the rim imports node: and csv-stringify', () => {
    const users = (name: RegExp): string[] => files.filter((file) => name.test(text(file)));
    expect(users(/from 'seedrandom'/)).toEqual(['sim/core/random']);
    expect(
      users(/from '(node:|csv-stringify|yargs)/).filter((file) => !isIn(file, 'cli') && !isIn(file, 'run')),
    ).toEqual([]);
  });

  it('would notice a forbidden import, a cycle and a banned name', () => {
    expect(violations(['models/a'], () => ['sim/world'])).toEqual(['models/a -> sim/world']);
    expect(cycles(['a', 'b'], (file) => (file === 'a' ? ['b'] : ['a']))).toEqual(['a -> b -> a']);
    expect(BANNED.test(codeOf('const x = Math.pow(2, 3); // fine'))).toBe(true);
    expect(BANNED.test(codeOf("const x = 'Date'; // Date"))).toBe(false);
  });
});
