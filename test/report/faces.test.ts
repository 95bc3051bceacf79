import { describe, expect, it } from 'vitest';
import { csvText } from '../../src/cli/io.js';
import { spreadsheetSafe } from '../../src/report/cells.js';
import { renderHtml } from '../../src/report/html.js';
import { summaryJson } from '../../src/report/json.js';
import { renderMarkdown } from '../../src/report/markdown.js';
import { perfettoTrace } from '../../src/report/perfetto.js';
import { accountRows, outcomeRows, poolRows, seriesRows, tierRows } from '../../src/report/summary-rows.js';
import { readSummary, summaryJsonSchema } from '../../src/report/summary-schema.js';
import { renderTable } from '../../src/report/table.js';
import { detailedSummary } from '../helpers/detailed-summary.js';
import { groupBy } from '../helpers/group-by.js';
import { HOSTILE, hostileSummary } from '../helpers/hostile.js';

const summary = detailedSummary();
const ASSETS = { script: 'void 0', style: 'body{margin:0}' };
const STYLE = { color: false, width: 100, repeat: null };

describe('the schema', () => {
  it('takes a summary, its JSON, and what later versions add', () => {
    const read = readSummary(JSON.parse(summaryJson(summary)));
    expect('summary' in read && summaryJson(read.summary)).toBe(summaryJson(summary));
    expect(readSummary({ ...summary, another: 1 })).toHaveProperty('summary');
    expect(readSummary({ ...summary, detail: null })).toHaveProperty('summary');
  });

  it.each([
    [{ schema: 'tiersim-summary/1' }, 'it is not a tiersim-summary/2 but a tiersim-summary/1'],
    [null, 'it is not a tiersim-summary/2'],
    [{ ...summary, total: { ...summary.total, attempts: 'many' } }, 'total.attempts: '],
    [{ ...summary, targets: undefined }, 'targets: '],
  ])('refuses another thing and says where', (value, problem) => {
    const read = readSummary(value);
    expect('problem' in read ? read.problem : '').toContain(problem);
  });

  it('is JSON Schema that names every field of a summary', () => {
    const { properties } = summaryJsonSchema() as { properties: Record<string, unknown> };
    expect(Object.keys(properties).sort()).toEqual([...Object.keys(summary), 'rareSheds', 'replications'].sort());
  });
});

describe('hostile names', () => {
  const hostile = hostileSummary(summary);

  it('are inert in the page: no tag, attribute or script comes of them', () => {
    const page = renderHtml(hostile, { text: renderTable(hostile, STYLE), assets: ASSETS });
    expect(page).not.toMatch(/<img|<script>globalThis|onerror="/);
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page.match(/<!--/g)).toBeNull();
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
    expect(page).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202a-\u202e\u2028]/);
    const data = /<script type="application\/json" id="summary">([^<]*)<\/script>/.exec(page)?.[1] ?? '';
    expect((JSON.parse(data) as typeof hostile).scenario.name).toBe(HOSTILE);
  });

  it('cannot become markup or links in Markdown', () => {
    const text = renderMarkdown(hostile, HOSTILE);
    const [prose = '', command = ''] = text.split('```sh');
    expect(prose).not.toMatch(/<[a-z!/]/i);
    expect(prose).not.toMatch(/[^\\]\]\(/);
    expect(
      prose
        .split('\n')
        .filter((line) => line.startsWith('| '))
        .every((line) => !/[^\\]\[x\]/.test(line)),
    ).toBe(true);
    expect(command.match(/```/g)).toHaveLength(1);
  });

  it('are no formulas in CSV, while numbers below zero stay numbers', async () => {
    for (const rows of [
      tierRows(hostile),
      poolRows(hostile),
      accountRows(hostile),
      outcomeRows(hostile),
      seriesRows(hostile),
    ]) {
      for (const cell of (await csvText(rows)).split(/[\n,]/)) expect(cell).not.toMatch(/^"?[=+@]/);
    }
    expect(spreadsheetSafe('-5.637500000000')).toBe('-5.637500000000');
    expect(spreadsheetSafe('-1+cmd')).toBe("'-1+cmd");
    expect(spreadsheetSafe('＝1')).toBe("'＝1");
    expect(spreadsheetSafe(-3)).toBe(-3);
  });

  it('steer no terminal, and traces stay JSON', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
    expect(renderTable(hostile, STYLE)).not.toMatch(/[\u001b\u0007\u202e]/);
    expect(JSON.parse(perfettoTrace(hostile, hostile.detail!))).toHaveProperty('traceEvents');
  });
});

describe('the trace', () => {
  interface Event {
    readonly ph: string;
    readonly ts: number;
    readonly dur?: number;
    readonly pid: number;
    readonly tid: number;
  }
  const { traceEvents } = JSON.parse(perfettoTrace(summary, summary.detail)) as { traceEvents: Event[] };

  it('has spans that nest on every track: viewers cannot show others', () => {
    const tracks = groupBy(
      traceEvents.filter(({ ph }) => ph === 'X'),
      ({ pid, tid }) => `${pid}/${tid}`,
    );
    expect(tracks.size).toBeGreaterThan(10);
    for (const spans of tracks.values()) {
      for (const a of spans) {
        for (const b of spans) {
          const isApart = a.ts + a.dur! <= b.ts || b.ts + b.dur! <= a.ts;
          const isWithin = a.ts <= b.ts && b.ts + b.dur! <= a.ts + a.dur!;
          const isAround = b.ts <= a.ts && a.ts + a.dur! <= b.ts + b.dur!;
          expect(isApart || isWithin || isAround).toBe(true);
        }
      }
    }
  });

  it('counts what pools did', () => {
    expect(traceEvents.filter(({ ph }) => ph === 'C')).toHaveLength(3 * summary.series.atSeconds.length);
  });
});
