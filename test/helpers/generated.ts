import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

/**
 * Parts of hand-written pages that a program writes stand between `<!-- begin NAME -->` and `<!-- end NAME -->`.
 * With UPDATE=1 in the environment the part is written anew. Returns what stands there.
 */
export function generatedPart(page: string, name: string, fresh: string): string {
  const path = join(ROOT, page);
  const text = readFileSync(path, 'utf8');
  const begin = `<!-- begin ${name} -->\n`;
  const from = text.indexOf(begin) + begin.length;
  const to = text.indexOf(`<!-- end ${name} -->`);
  if (from < begin.length || to < from) throw new Error(`${page} has no part between the marks of "${name}"`);
  if (process.env['UPDATE'] !== '1') return text.slice(from, to);
  writeFileSync(path, text.slice(0, from) + fresh + text.slice(to));
  return fresh;
}
