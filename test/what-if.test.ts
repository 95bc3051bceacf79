import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ownFolder, start } from './cli/stranger.js';
import { generatedPart } from './helpers/generated.js';

/** `UPDATE=1 npx vitest run test/what-if.test.ts` writes the blocks anew. */
const PAGE = 'docs/what-if.md';
const page = readFileSync(join(resolve(import.meta.dirname, '..'), PAGE), 'utf8');
const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
const folder = ownFolder();
folder.write('chat.yaml', yaml);

const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  compare: [
    'compare',
    'chat.yaml',
    '--what-if',
    'traffic.*.arrivals=x1.5',
    '--what-if',
    'fleet.main.nodes=1',
    '--runs',
    '5',
  ],
  sweep: ['sweep', 'chat.yaml', '--vary', 'fleet.main.nodes=1..4', '--runs', '4'],
  capacity: ['capacity', 'chat.yaml'],
  attribute: ['attribute', 'chat.yaml'],
  headroom: ['headroom', 'chat.yaml', '--of', 'background'],
};

describe('docs/what-if.md', () => {
  for (const [name, words] of Object.entries(COMMANDS)) {
    it(`shows what ${name} prints`, { timeout: 240_000 }, async () => {
      const { code, stdout, stderr } = await start(words, { cwd: folder.path, env: { XDG_CACHE_HOME: folder.path } })
        .ended;
      expect(stderr).toBe('');
      expect(code).toBe(0);
      const command = words.map((word) => (/[*;]/.test(word) ? `'${word}'` : word)).join(' ');
      const block = `\`\`\`text\n$ tiersim ${command}\n\n${stdout}\`\`\`\n`;
      expect(generatedPart(PAGE, name, block)).toBe(block);
    });
  }
});
