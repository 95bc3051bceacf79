import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RateTable, RequestTable, TraceFormat, TraceSource } from '../../src/models/trace.js';
import { parseTrace, TraceParser } from '../../src/trace/parser.js';
import { traceArrivals } from '../helpers/scenario.js';

const source = (format: TraceFormat, overrides: Partial<TraceSource> = {}): TraceSource =>
  traceArrivals({ format, ...overrides });

const AZURE = 'TIMESTAMP,ContextTokens,GeneratedTokens';
const azure = (...lines: string[]): string => [AZURE, ...lines].join('\n');

function table(text: string, of: TraceSource = source('azure')): RequestTable {
  const { table: read, problems } = parseTrace(text, of);
  if (read?.kind !== 'requests') throw new Error(JSON.stringify(problems));
  return read;
}

function rates(text: string, of: TraceSource): RateTable {
  const { table: read, problems } = parseTrace(text, of);
  if (read?.kind !== 'rates') throw new Error(JSON.stringify(problems));
  return read;
}

function rows(text: string, of?: TraceSource): [number, number, number][] {
  const { atUs, input, output } = table(text, of);
  return Array.from(atUs, (at, i) => [at, input?.[i] ?? -1, output?.[i] ?? -1]);
}

const firstProblem = (text: string, of: TraceSource = source('azure')) => parseTrace(text, of).problems[0];

describe('azure', () => {
  it('reads rows as microseconds since the first, the seventh digit rounded away', () => {
    expect(
      rows(
        azure(
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

  it('reads stamps without a fraction, with a short one, with a T and with a zone', () => {
    const stamps = ['18:15:46', '18:15:46.5', '18:15:47Z', '20:15:48+02:00', '16:45:49-01:30'];
    const text = azure(...stamps.map((stamp, i) => `2023-11-16${i % 2 === 0 ? ' ' : 'T'}${stamp},1,1`));
    expect(rows(text).map(([at]) => at / 1e6)).toEqual([0, 0.5, 1, 2, 3]);
  });

  it('counts on over midnight, the end of a year and a leap day', () => {
    const days = ['2023-12-31 23:59:59.0', '2024-01-01 00:00:00.0', '2024-02-29 00:00:00.0', '2024-03-01 00:00:00.0'];
    const text = azure(...days.map((day) => `${day},1,1`));
    expect(rows(text).map(([at]) => at / 1e6)).toEqual([0, 1, 1 + 59 * 86_400, 1 + 60 * 86_400]);
  });

  it('takes CRLF, an end or none to the last line, blank lines after it, a BOM and quotes', () => {
    const plain = azure('2023-11-16 18:15:46.0,3,4', '2023-11-16 18:15:47.0,5,6');
    const expected = rows(plain);
    for (const text of [
      plain.replaceAll('\n', '\r\n'),
      `${plain}\n`,
      `${plain}\n\n\n`,
      `\uFEFF${plain}`,
      plain.replaceAll(/[^,\n]+/g, '"$&"'),
      plain.replaceAll(',', ';'),
    ]) {
      expect(rows(text)).toEqual(expected);
    }
  });

  it.each([
    ['another header', 'time,in,out\n2023-11-16 18:15:46.0,1,1', 1, 1],
    ['no text at all', '', 0, 1],
    ['a header and nothing else', AZURE, 0, 1],
    ['a missing column', azure('2023-11-16 18:15:46.0,1,1', '2023-11-16 18:15:47.0,1'), 3, 1],
    ['a column too many', azure('2023-11-16 18:15:46.0,1,1,1'), 2, 1],
    ['a count that is no number', azure('2023-11-16 18:15:46.0,1,many'), 2, 25],
    ['a negative count', azure('2023-11-16 18:15:46.0,-1,1'), 2, 23],
    ['a huge count', azure('2023-11-16 18:15:46.0,99999999999,1'), 2, 23],
    ['half a token', azure('2023-11-16 18:15:46.0,1.5,1'), 2, 23],
    ['a NUL', azure('2023-11-16 18:15:46.0,1\0,1'), 2, 23],
    ['an impossible hour', azure('2023-11-16 25:15:46.0,1,1'), 2, 1],
    ['a time beyond counting', azure('9e99,1,1'), 2, 1],
    ['an empty line between rows', azure('2023-11-16 18:15:46.0,1,1', '', '2023-11-16 18:15:47.0,1,1'), 3, 1],
    ['time running backwards', azure('2023-11-16 18:15:46.0,1,1', '2023-11-16 18:15:45.9,1,1'), 3, 1],
    ['a quote that is never closed', azure('2023-11-16 18:15:46.0,1,1', '"2023-11-16,1,1'), 3, 1],
    ['a line without end', azure('2'.repeat(2_000_000)), 2, 1],
  ])('names line and column of %s', (_, text, line, column) => {
    expect(parseTrace(text, source('azure')).table).toBeNull();
    expect(firstProblem(text)).toMatchObject({ line, column });
  });
});

describe('bad rows', () => {
  const text = azure('2023-11-16 18:15:46.0,1,1', 'nonsense', '2023-11-16 18:15:47.0,2,2', '2023-11-16 18:15:46.5,3,3');

  it('are refused unless so many are allowed, and then left out and counted', () => {
    const read = table(text, source('azure', { maxBadRows: 2 }));
    expect([read.rows, read.badRows, [...read.input!]]).toEqual([2, 2, [1, 2]]);
    expect(parseTrace(text, source('azure', { maxBadRows: 1 })).table).toBeNull();
    expect(parseTrace(text, source('azure')).problems).toMatchObject([{ line: 3, text: 'nonsense' }]);
  });

  it('are told by the first few, however many there are', () => {
    const many = azure(...Array.from({ length: 5000 }, () => 'x'), '2023-11-16 18:15:46.0,1,1');
    const read = parseTrace(many, source('azure', { maxBadRows: 5000 }));
    expect([read.table?.badRows, read.problems.length]).toEqual([5000, 5]);
  });

  it('do not stop the count of lines where quotes run over several', () => {
    const read = firstProblem('time,note\n1,"two\nlines"\n2,"x"\nbad,y', source('csv', { columns: { time: 'time' } }));
    expect(read).toMatchObject({ line: 5 });
  });
});

describe('burstgpt', () => {
  it('reads both layouts: seconds, counts as decimals, columns in any place', () => {
    const short =
      'Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n5,ChatGPT,472,18,490,Conversation log\n45.5,GPT-4,1087,230.0,1317,API log';
    const long =
      'Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log Type\n5,1,2,ChatGPT,472,18,490,Conversation log\n45.5,,,GPT-4,1087,230.0,1317,API log';
    const expected = [
      [0, 472, 18],
      [40_500_000, 1087, 230],
    ];
    expect(rows(short, source('burstgpt'))).toEqual(expected);
    expect(rows(long, source('burstgpt'))).toEqual(expected);
    const labelled = table(long, source('burstgpt', { columns: { tier: 'Model' } }));
    expect([labelled.labels, [...labelled.label!]]).toEqual([
      ['ChatGPT', 'GPT-4'],
      [0, 1],
    ]);
  });
});

describe('mooncake', () => {
  const line = (at: number, input: number, ids: readonly number[]) =>
    JSON.stringify({ timestamp: at, input_length: input, output_length: 5, hash_ids: ids });

  it('reads lengths and blocks', () => {
    const read = table(
      [line(0, 700, [0, 1]), line(3000, 100, [0]), line(3000, 900, [0, 7])].join('\n'),
      source('mooncake'),
    );
    expect(rows([line(7, 3, [1]), line(10, 4, [1])].join('\n'), source('mooncake'))[1]).toEqual([3000, 4, 5]);
    expect([...read.blocks!.ids]).toEqual([0, 1, 0, 0, 7]);
    expect([...read.blocks!.from]).toEqual([0, 2, 3, 5]);
    expect([...read.atUs]).toEqual([0, 3e6, 3e6]);
  });

  it.each([
    ['no JSON', '{"timestamp": 0'],
    ['a list', '[1]'],
    ['no timestamp', '{"input_length": 1, "output_length": 1, "hash_ids": [1]}'],
    ['a length in words', '{"timestamp": 0, "input_length": "1", "output_length": 1, "hash_ids": [1]}'],
    ['no ids', '{"timestamp": 0, "input_length": 1, "output_length": 1}'],
    ['a fraction of an id', '{"timestamp": 0, "input_length": 1, "output_length": 1, "hash_ids": [1.5]}'],
    ['a negative id', '{"timestamp": 0, "input_length": 1, "output_length": 1, "hash_ids": [-1]}'],
    ['too few ids', '{"timestamp": 0, "input_length": 5000, "output_length": 1, "hash_ids": [1]}'],
    ['a prototype', '{"__proto__": {"timestamp": 0}, "input_length": 1, "output_length": 1, "hash_ids": [1]}'],
  ])('refuses %s', (_, text) => {
    expect(firstProblem(text, source('mooncake'))).toMatchObject({ line: 1 });
  });
});

describe('csv', () => {
  it('takes its columns by name and unit', () => {
    const text = 'when,who,prompt,answer\n1000,prod,10,1\n3000,dev,20,2\n';
    const columns = { time: 'when', input: 'prompt', output: 'answer', tier: 'who' };
    const read = table(text, source('csv', { columns, timeUnit: 'ms' }));
    expect([[...read.atUs], [...read.input!], read.labels]).toEqual([
      [0, 2e6],
      [10, 20],
      ['prod', 'dev'],
    ]);
    const bare = table(text, source('csv', { columns: { time: 'when' } }));
    expect([bare.input, bare.output, bare.label]).toEqual([null, null, null]);
    expect(firstProblem(text, source('csv'))?.message).toBe(
      'no column "time"; the header has when, who, prompt, answer',
    );
  });
});

describe('rates', () => {
  it('of sageserve are prompt tokens a minute, one column a stream', () => {
    const read = rates('minute,A_dev,A_prod\n0,600,1200\n1,0,60\n', source('sageserve'));
    expect([read.unit, read.endUs]).toEqual(['promptTokens', 120e6]);
    expect(
      read.clients.map(({ label, windows }) => [
        label,
        windows.map(({ fromUs, toUs, perSecond }) => [fromUs, toUs, perSecond]),
      ]),
    ).toEqual([
      ['A_dev', [[0, 60e6, 10]]],
      [
        'A_prod',
        [
          [0, 60e6, 20],
          [60e6, 120e6, 1],
        ],
      ],
    ]);
  });

  it('take columns by label and other units', () => {
    const of = source('rates', {
      columns: { time: 'minute', standard: 'conv_rpm' },
      timeUnit: 'min',
      rateUnit: 'requestsPerMinute',
    });
    const read = rates('minute,code_rpm,conv_rpm\n0,1228.0,1200\n10,1361.3,0\n20,1,6\n', of);
    expect(read.clients).toEqual([
      {
        label: 'standard',
        windows: [
          { fromUs: 0, toUs: 600e6, perSecond: 20, cv: 1, law: 'gamma' },
          { fromUs: 1200e6, toUs: 1800e6, perSecond: 0.1, cv: 1, law: 'gamma' },
        ],
      },
    ]);
  });

  it('of servegen are windows of clients', () => {
    const text =
      'client,t_s,rate_rps,cv,pattern,p1,p2\n1,600,0.5,0.9,Gamma,1,1\n4,600,2,8.5,Weibull,1,1\n1,1200,0.25,1,Gamma,1,1\n';
    const read = rates(text, source('servegen'));
    expect(read.endUs).toBe(1200e6);
    expect(read.clients).toEqual([
      {
        label: '1',
        windows: [
          { fromUs: 0, toUs: 600e6, perSecond: 0.5, cv: 0.9, law: 'gamma' },
          { fromUs: 600e6, toUs: 1200e6, perSecond: 0.25, cv: 1, law: 'gamma' },
        ],
      },
      { label: '4', windows: [{ fromUs: 0, toUs: 600e6, perSecond: 2, cv: 8.5, law: 'weibull' }] },
    ]);
    expect(firstProblem(`${text}1,1200,1,1,Gamma,1,1`, source('servegen'))).toMatchObject({ line: 5 });
    expect(firstProblem(text.replace('Weibull', 'Pareto'), source('servegen'))).toMatchObject({ line: 3, column: 13 });
  });
});

describe('TraceParser', () => {
  const formats = ['azure', 'burstgpt', 'mooncake', 'servegen', 'sageserve', 'rates', 'csv'] as const;
  const piecesOf = (text: string, cuts: readonly number[]): string[] => {
    const at = [0, ...[...cuts].map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
    return at.slice(1).map((end, i) => text.slice(at[i], end));
  };

  it('does not care where the text is cut', () => {
    const text = `\uFEFF${azure('2023-11-16 18:15:46.0,1,1', '"2023-11-16 18:15:47.5","2",3', '2023-11-16 18:15:48,5,6')}\r\n`;
    const whole = parseTrace(text, source('azure'));
    fc.assert(
      fc.property(fc.array(fc.nat(500), { maxLength: 12 }), (cuts) => {
        const parser = new TraceParser(source('azure'));
        for (const piece of piecesOf(text, cuts)) parser.push(piece);
        expect(parser.end(whole.table!.sha256)).toEqual(whole);
      }),
    );
  });

  it('answers any text with a table or with problems', () => {
    const word = fc.constantFrom(
      ',',
      '"',
      '\n',
      '\r\n',
      '0',
      '1',
      '-5',
      'time',
      'TIMESTAMP',
      '{"timestamp":',
      '2023-11-16 18:15:46',
      '\0',
      '\uFEFF',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(word).map((words) => words.join('')),
      fc.array(word).map((words) => azure('2023-11-16 18:15:46.0,1,1', words.join(''))),
    );
    fc.assert(
      fc.property(fc.constantFrom(...formats), text, fc.nat(3), (format, drawn, maxBadRows) => {
        const { table: read, problems } = parseTrace(drawn, source(format, { maxBadRows }));
        if (read === null) expect(problems.length).toBeGreaterThan(0);
        else expect(read.badRows).toBeLessThanOrEqual(maxBadRows);
      }),
      { numRuns: 2000 },
    );
  });
});
