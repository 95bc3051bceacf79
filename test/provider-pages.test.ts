import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROVIDERS } from '../src/models/providers.js';
import { originText } from '../src/report/origin-text.js';
import { generatedPart } from './helpers/generated.js';
import { PAGES, pageOf, profileIndex, profileReference, tracedOf } from './helpers/provider-pages.js';

/** `UPDATE=1 npx vitest run test/provider-pages.test.ts` writes the lists of figures anew. */
const ROOT = join(import.meta.dirname, '..');
const PAGES_FOLDER = join(ROOT, 'docs', 'providers');
const pageText = (name: string): string => readFileSync(join(PAGES_FOLDER, `${name}.md`), 'utf8');

describe('the pages of the providers', () => {
  it('are one a provider, and an index', () => {
    expect(readdirSync(PAGES_FOLDER).sort()).toEqual([...PAGES, 'README'].map((name) => `${name}.md`).sort());
    const index = profileIndex();
    expect(generatedPart('docs/providers/README.md', 'profiles', index)).toBe(index);
  });

  it.each(PROVIDERS)('$id: its figures, answers, sources and assumptions', (profile) => {
    const reference = profileReference(profile);
    const part = generatedPart(`docs/providers/${pageOf(profile.id)}.md`, `profile ${profile.id}`, reference);
    expect(part).toBe(reference);
    const traced = tracedOf(profile);
    expect(traced.some(({ origin }) => origin.date === null)).toBe(true);
    for (const { origin } of traced) expect(part).toContain(`- ${originText(origin)}\n`);
    for (const { name } of profile.tiers) expect(part).toMatch(new RegExp(`^\\| ${name}\\b`, 'm'));
  });

  it.each(PAGES)('%s says what is modelled and what is not, and names scenarios and profiles that exist', (name) => {
    const text = pageText(name);
    expect(text).toContain('## What is modelled');
    expect(text).toContain('## Not modelled');
    for (const [, file = ''] of text.matchAll(/`(scenarios\/[\w-]+\.yaml)`/g)) {
      expect(() => readFileSync(join(ROOT, file)), file).not.toThrow();
    }
  });

  it('keep the two statements that no run can show', () => {
    expect(pageText('fireworks')).toMatch(/FW-20[\s\S]*region[\s\S]*reservations/);
    expect(pageText('siati')).toMatch(/ST-14[\s\S]*OpenAI[\s\S]*spent/);
  });
});
