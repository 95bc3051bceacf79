import { describe, expect, it } from 'vitest';
import {
  assumed,
  type CatalogProfile,
  covers,
  documentsFirst,
  figuresByOrigin,
  figuresOf,
  type Origin,
  originOf,
  source,
} from '../../src/models/provenance.js';
import { UNLESS_SAID } from '../../src/models/providers/build.js';
import { PROVIDERS } from '../../src/models/providers.js';
import type { WireProfile } from '../../src/models/wire.js';
import { findWire } from '../../src/models/wires.js';
import { figureText } from '../../src/report/origin-text.js';
import { provider, tier } from '../helpers/scenario.js';

const wireOf = (id: string): WireProfile => findWire(id)!;
/** What a wire says of itself, by key; a conflict that is none needs no source. */
const wireKeys = (wire: WireProfile): string[] =>
  Object.entries(wire).flatMap(([key, value]) =>
    ['provider', 'origins'].includes(key) || value === null || (key === 'aliases' && wire.aliases.length === 0)
      ? []
      : [key],
  );

describe.each(PROVIDERS.map((profile) => [profile.id, profile] as const))('%s', (_id, profile) => {
  const wire = wireOf(profile.id);

  it('says of each figure where it comes from', () => {
    const lost = figuresOf(profile).filter(({ path }) => originOf(path, profile.origins) === undefined);
    expect(lost.map((figure) => figureText([figure]))).toEqual([]);
    const lostKeys = wireKeys(wire).filter((key) => originOf([key], wire.origins) === undefined);
    expect(lostKeys).toEqual([]);
    const traced = figuresByOrigin(profile).flatMap(({ figures }) => figures);
    expect(traced).toHaveLength(figuresOf(profile).length);
    expect(traced.length).toBeGreaterThan(20);
  });

  it('has a date for each document', () => {
    for (const { text, date } of documents([...profile.origins, ...wire.origins])) {
      expect(date, text).toMatch(/^(read )?20\d\d(-\d\d){0,2}$/);
      expect(text, 'the date stands beside the text').not.toContain(date);
    }
  });

  it('names no figure that is not there', () => {
    const paths = figuresOf(profile).map(({ path }) => path);
    for (const { of } of profile.origins.filter((origin) => !UNLESS_SAID.includes(origin)))
      for (const pattern of of)
        expect(
          paths.some((path) => covers(pattern, path)),
          pattern,
        ).toBe(true);
    for (const pattern of wire.origins.flatMap(({ of }) => of))
      expect(
        wireKeys(wire).some((key) => covers(pattern, [key])),
        pattern,
      ).toBe(true);
  });
});

const documents = (origins: readonly Origin[]) =>
  origins.flatMap(({ text, date }) => (date === null ? [] : [{ text, date }]));

describe('the figures of a profile', () => {
  const origins = [
    assumed('Chosen.', 'tiers/*/rank', 'prices', 'answers', 'billing', 'sla', 'signal'),
    source('2026-05', 'A page', 'tiers/priority,batch', 'prices/m@batch'),
    source('2026-06', 'A rule without figures'),
    source('2026-07', 'A page that a later one overtook', 'answers/overloaded/status'),
    source('2026-08', 'Codes', 'answers/*/status'),
  ];
  const profile: CatalogProfile = {
    ...provider({
      tiers: [tier('standard'), tier('priority', { priceMultiplier: 1.5 })],
      prices: [
        {
          model: 'm',
          tier: 'batch',
          inputPico: 500_000,
          cachedPico: 1,
          outputPico: 2,
          imagePico: null,
          longContext: null,
        },
      ],
    }),
    origins,
  };

  it('go by names, models and causes; the price of the default tier is not one', () => {
    const paths = figuresOf(profile).map(({ path }) => path.join('/'));
    expect(paths).toContain('tiers/priority/priceMultiplier');
    expect(paths).not.toContain('tiers/standard/priceMultiplier');
    expect(paths).toContain('prices/m@batch/inputPico');
    expect(paths).toContain('answers/overloaded/slaCounted');
    expect(paths).not.toContain('answers/overloaded/type');
    expect(paths).not.toContain('prices/m@batch/model');
  });

  it('are decided by the last that names them', () => {
    const dateOf = (path: string) => originOf(path.split('/'), origins)?.date;
    expect(dateOf('tiers/standard/rank')).toBe(null);
    expect(dateOf('tiers/priority/rank')).toBe('2026-05');
    expect(dateOf('answers/overloaded/status')).toBe('2026-08');
    expect(dateOf('answers/overloaded/slaCounted')).toBe(null);
    expect(dateOf('limiters/rpm/limit')).toBe(undefined);
    expect(covers('tiers/priority/rank', ['tiers', 'priority'])).toBe(false);
  });

  it('stand with their documents, and these before what is assumed', () => {
    const found = figuresByOrigin(profile).map(({ origin, figures }) => [origin.text, figureText(figures)]);
    expect(found[0]).toEqual([
      'A page',
      'tiers/priority: rank 0, priceMultiplier 1.5; prices/m@batch: input 0.5, cached 0.000001, output 0.000002',
    ]);
    expect(found[1]).toEqual(['A rule without figures', '']);
    expect(found.map(([text]) => text)).toEqual(['A page', 'A rule without figures', 'Codes', 'Chosen.']);
    expect(documentsFirst(origins).at(-1)?.text).toBe('Chosen.');
  });
});
