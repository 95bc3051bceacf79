import { describe, expect, it } from 'vitest';
import { errors, load, marked, scenarioText, warnings, withClass } from './fixture.js';

const overloaded = (arrivals: string, rest = '') => withClass(`arrivals: ${arrivals}, input: 500, output: 100${rest}`);

describe('offered load against capacity', () => {
  it('S114: more than the nodes take, with the arithmetic', () => {
    const { text, place } = marked(overloaded('500/s').replace('- {name: main', '- »{name: main'));
    expect(warnings(text)).toEqual([`S114 ${place}`]);
    const { message, path } = load(text).problems[0]!;
    expect(path).toBe('fleet.main');
    const [, use, offered, nodes, each, total] =
      /offered ([\d,.]+) % of what it can take: app ([\d.]+)\/s of 500 \+ 100 tokens; the pool takes (\d+) x ([\d.]+)\/s = ([\d.]+)\/s/.exec(
        message,
      )!;
    expect([offered, nodes]).toEqual(['500', '1']);
    expect(each).toBe(total);
    expect(Number(use!.replace(',', ''))).toBeCloseTo((500 / Number(total)) * 100, -1);
  });

  it('is silent within capacity, for a share of it, and for users who wait', () => {
    expect(warnings(overloaded('20/s'))).toEqual([]);
    expect(warnings(overloaded('{load: 150%}'))).toEqual([]);
    expect(warnings(overloaded('{users: {count: 20000, thinkTime: 1s}}'))).toEqual([]);
  });

  it('is silent where a full prefix cache would make room', () => {
    expect(warnings(overloaded('45/s', ', sharedPrefix: 95%'))).toEqual([]);
  });
});

describe('targets that nothing could ever be counted for', () => {
  const target = (line: string, classRest = 'arrivals: 5/s, input: 5, output: 5') =>
    withClass(classRest).concat(`targets:\n  - »${line}\n`);
  const expectOnly = (textWithMark: string): void => {
    const { text, place } = marked(textWithMark);
    expect(warnings(text)).toEqual([`S046 ${place}`]);
  };

  it.each([
    ['a tier that nobody asks for', target('flex.ttft.p95 < 1s')],
    [
      'a tier of weight 0',
      target('flex.ttft.p95 < 1s', 'arrivals: 5/s, input: 5, output: 5, tier: {standard: 100%, flex: 0%}'),
    ],
    ['a tier served to nobody', target('priority.served.billed < $5')],
    ['goodput without an slo', target('total.goodput > 1')],
    ['attainment without an slo', target('standard.attainment > 90%')],
    ['chains without sessions', target('total.chainE2e.p95 < 9s')],
    ['time per token of one token', target('total.tpot.p50 < 9ms', 'arrivals: 5/s, input: 5, output: 1')],
    [
      'gaps between the tokens of embeddings',
      target('total.itl.p50 < 9ms', 'arrivals: 5/s, input: 5, api: embeddings'),
    ],
  ])('S046: %s', (_name, text) => expectOnly(text));

  it('not where a client escalates to it, or it is served by downgrade', () => {
    const escalates = target(
      'priority.ttft.p95 < 1s',
      'arrivals: 5/s, input: 5, output: 5, client: {retries: 2, escalate: [standard, priority]}',
    );
    expect(warnings(escalates.replace('»', ''))).toEqual([]);
    const downgraded = target('standard.served.billed < $5', 'arrivals: 5/s, input: 5, output: 5, tier: priority');
    expect(warnings(downgraded.replace('»', ''))).toEqual([]);
  });

  it('not while a class could not be read', () => {
    expect(
      errors(target('flex.ttft.p95 < 1s', 'arrivals: 5/s, input: 5, output: 5, tier: flx').replace('»', '')).map(
        (line) => line.slice(0, 4),
      ),
    ).toEqual(['S024']);
  });
});

describe('all problems at once', () => {
  it('what stands in one block hides nothing of another', () => {
    const text = scenarioText({
      head: 'durtion: 5m\nwarmup: 10m\nduration: 10m',
      provider: 'provider: {extends: neutral, limits: {rpm: 0}, tiers: {priority: {shedAbove: 2s}}}',
      fleet:
        'fleet:\n  - {name: main, model: llama-3.1-8b, hardware: h100, reservedSlots: {priority: 5000}}\n  - {name: big, model: llama-3.1-70b, hardware: l4}',
      traffic:
        'traffic:\n  - {name: app, model: llama-3.1-8b, arrivals: 5/s, input: 500, output: 100, tier: {standard: 50%, priority: 50%}}',
    }).concat('targets:\n  - flex.ttft.p95 < 1s\n');
    expect(load(text).problems.map(({ code, line }) => `${code} ${line}`)).toEqual([
      'S010 1',
      'S032 2',
      'S110 4',
      'S113 4',
      'S037 6',
      'S035 7',
      'S046 11',
    ]);
  });
});
