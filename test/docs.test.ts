import { describe, expect, it } from 'vitest';
import { generatedPart } from './helpers/generated.js';
import { metricsReference, scenarioReference } from './helpers/reference-pages.js';

/** `UPDATE=1 npx vitest run test/docs.test.ts` writes the tables anew. */
describe('the reference pages say what the program does', () => {
  it('docs/scenario.md: every key of the schema', () => {
    const reference = scenarioReference();
    expect(reference).toContain('| `arrivals.bursts.every` |');
    expect(generatedPart('docs/scenario.md', 'reference', reference)).toBe(reference);
  });

  it('docs/metrics.md: every metric that targets may name', () => {
    const reference = metricsReference();
    expect(reference).toContain('| `withinTtft(500ms)` |');
    expect(generatedPart('docs/metrics.md', 'reference', reference)).toBe(reference);
  });
});
