import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadScenario } from '../src/scenario/load.js';
import { start, tiersim } from './cli/stranger.js';
import { generatedPart } from './helpers/generated.js';

/** `UPDATE=1 npx vitest run test/readme.test.ts` writes the block anew. */
const ROOT = resolve(import.meta.dirname, '..');
const readme = (): string => readFileSync(join(ROOT, 'README.md'), 'utf8');

describe('README', () => {
  it('shows what the headline scenario prints', async () => {
    const { code, stdout } = await start(['run', 'scenarios/four-tiers.yaml'], { cwd: ROOT }).ended;
    expect(code).toBe(0);
    const table = stdout.slice(0, stdout.indexOf('\nAttempts not completed'));
    const [overTime] = stdout.slice(stdout.indexOf('TTFT, MEAN')).split('\n\n');
    const block = `\`\`\`text\n${table}\n\n${overTime}\n\`\`\`\n`;
    expect(generatedPart('README.md', 'four-tiers', block)).toBe(block);
  });

  it('shows a scenario that loads as it stands', () => {
    const [, text = ''] = /```yaml\n([\s\S]*?)```/.exec(readme()) ?? [];
    const { scenario, problems } = loadScenario(text, { file: 'README.md' });
    expect(problems).toEqual([]);
    expect(scenario?.targets).toHaveLength(2);
  });

  it('names the commands and the exit codes that the program has', async () => {
    const { stdout } = await tiersim('--help');
    for (const [, command] of stdout.matchAll(/^ {2}tiersim (\w+)/gm))
      expect(readme()).toContain(`\`tiersim ${command}`);
    const codes = [...stdout.matchAll(/^ +(\d+) {2}\S/gm)].map(([, code]) => code);
    expect(codes).toHaveLength(6);
    for (const code of codes) expect(readme()).toMatch(new RegExp(`^\\| ${code} \\|`, 'm'));
  });

  it('leads to pages that exist', () => {
    const links = [...readme().matchAll(/\]\(([^)#:]+)\)/g)].map(([, path]) => path ?? '');
    expect(links.length).toBeGreaterThan(5);
    for (const path of links) expect(() => readFileSync(join(ROOT, path)), path).not.toThrow();
  });
});
