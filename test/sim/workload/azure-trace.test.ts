import { describe, expect, it } from 'vitest';
import { parseAzureTrace } from '../../../src/sim/workload/azure-trace.js';

const HEADER = 'TIMESTAMP,ContextTokens,GeneratedTokens';
const text = (...lines: string[]): string => [HEADER, ...lines].join('\n');

function rows(of: string): [number, number, number][] {
  const parsed = parseAzureTrace(of);
  if ('message' in parsed) throw new Error(parsed.message);
  return Array.from(parsed.atUs, (atUs, i) => [atUs, parsed.input[i]!, parsed.output[i]!]);
}

describe('parseAzureTrace', () => {
  it('reads rows as microseconds since the first, the seventh digit rounded away', () => {
    expect(
      rows(
        text(
          '2023-11-16 18:15:46.6805900,374,44',
          '2023-11-16 18:15:46.6805904,1,1',
          '2023-11-16 18:15:46.6805906,2,2',
          '2023-11-16 18:15:50.9951690,396,109',
        ),
      ),
    ).toEqual([
      [0, 374, 44],
      [0, 1, 1],
      [1, 2, 2],
      [4_314_579, 396, 109],
    ]);
  });

  it('reads a stamp without a fraction, or with a short one', () => {
    expect(rows(text('2023-11-16 18:15:46,1,1', '2023-11-16 18:15:46.5,1,1')).map(([atUs]) => atUs)).toEqual([
      0, 500_000,
    ]);
  });

  it('carries a fraction that rounds up to the next second', () => {
    expect(rows(text('2023-11-16 18:15:46.0000000,1,1', '2023-11-16 18:15:46.9999999,1,1'))[1]![0]).toBe(1_000_000);
  });

  it('counts on over midnight, the end of a year and a leap day', () => {
    const of = text(
      '2023-12-31 23:59:59.0,1,1',
      '2024-01-01 00:00:00.0,1,1',
      '2024-02-29 00:00:00.0,1,1',
      '2024-03-01 00:00:00.0,1,1',
    );
    expect(rows(of).map(([atUs]) => atUs / 1e6)).toEqual([0, 1, 1 + 59 * 86_400, 1 + 60 * 86_400]);
  });

  it('takes CRLF, with and without an end to the last line', () => {
    const plain = text('2023-11-16 18:15:46.0,3,4', '2023-11-16 18:15:47.0,5,6');
    const expected = rows(plain);
    expect(rows(plain.replaceAll('\n', '\r\n'))).toEqual(expected);
    expect(rows(`${plain}\n`)).toEqual(expected);
    expect(rows(`${plain}\r\n`.replaceAll(/\r?\n/g, '\r\n'))).toEqual(expected);
  });

  it('an empty trace has no rows', () => {
    expect(rows(HEADER)).toEqual([]);
  });

  it.each([
    ['another header', 'time,in,out\n2023-11-16 18:15:46.0,1,1', 1],
    ['no text at all', '', 1],
    ['a missing column', text('2023-11-16 18:15:46.0,1,1', '2023-11-16 18:15:47.0,1'), 3],
    ['a column too many', text('2023-11-16 18:15:46.0,1,1,1'), 2],
    ['a count that is no number', text('2023-11-16 18:15:46.0,1,many'), 2],
    ['a negative count', text('2023-11-16 18:15:46.0,-1,1'), 2],
    ['a stamp with a zone', text('2023-11-16T18:15:46Z,1,1'), 2],
    ['an impossible hour', text('2023-11-16 25:15:46.0,1,1'), 2],
    ['an empty line between rows', text('2023-11-16 18:15:46.0,1,1', '', '2023-11-16 18:15:47.0,1,1'), 3],
    ['time running backwards', text('2023-11-16 18:15:46.0,1,1', '2023-11-16 18:15:45.9,1,1'), 3],
  ])('names the line of %s', (_, bad, line) => {
    expect(parseAzureTrace(bad)).toMatchObject({ line });
  });
});
