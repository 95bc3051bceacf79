import { AS_OF } from '../models/catalog/figures.js';
import { HARDWARE } from '../models/catalog/hardware.js';
import { LLMS } from '../models/catalog/llms.js';
import type { Figure } from '../models/hardware.js';
import { figuresByOrigin, figuresOf } from '../models/provenance.js';
import type { ProviderProfile } from '../models/provider.js';
import { findProvider } from '../models/providers.js';
import type { Scenario } from '../models/scenario.js';
import { figureText, originText } from './origin-text.js';

export interface Source {
  readonly subject: string;
  readonly text: string;
}

/** Where the figures come from that a scenario took out of the catalogue and its provider's profile. */
export function sources(scenario: Scenario): Source[] {
  const { provider, pools } = scenario;
  const found = providerSources(provider);
  for (const id of new Set(pools.map(({ hardware }) => hardware))) found.push(...hardwareSources(id));
  for (const id of new Set(pools.flatMap(({ models }) => models))) found.push(...modelSources(id));
  for (const { name, stepTimeSource } of pools) found.push({ subject: `Step times of ${name}:`, text: stepTimeSource });
  return found;
}

/** What the scenario changed rests on the scenario and not on the documents of the profile. */
function providerSources(provider: ProviderProfile): Source[] {
  const { id, asOf } = provider;
  const entry = findProvider(id);
  if (entry === undefined) return [{ subject: `${id}:`, text: 'described in the scenario' }];
  const published = new Set(figuresOf(entry).map((figure) => figureText([figure])));
  const changed = figuresOf(provider).filter((figure) => !published.has(figureText([figure])));
  return [
    ...figuresByOrigin(entry).map(({ origin }) => ({
      subject: origin.date === null ? `${id}, assumed:` : `${id}, ${asOf}:`,
      text: originText(origin),
    })),
    ...(changed.length === 0 ? [] : [{ subject: `${id}, as this scenario has it:`, text: figureText(changed) }]),
  ];
}

/** Figures of one source together, as a profile of hardware is mostly read off one page. */
function hardwareSources(id: string): Source[] {
  const device = HARDWARE.find((one) => one.id === id);
  if (device === undefined) return [{ subject: `${id}:`, text: 'described in the scenario' }];
  const bySource = new Map<string, string[]>();
  const note = (name: string, figure: unknown): void => {
    if (typeof figure !== 'object' || figure === null || !('source' in figure)) return;
    const { source, asOf, assumed } = figure as Figure;
    const text = assumed === undefined ? `${source}, ${asOf}` : `assumed: ${assumed}`;
    bySource.set(text, [...(bySource.get(text) ?? []), name]);
  };
  for (const [name, value] of Object.entries(device) as [string, unknown][]) note(name, value);
  for (const [precision, figure] of Object.entries(device.tflops)) note(`${precision} TFLOPS`, figure);
  return [...bySource].map(([text, names]) => ({ subject: `${id}, ${names.join(', ')}:`, text }));
}

function modelSources(id: string): Source[] {
  const llm = LLMS.find((one) => one.id === id);
  if (llm === undefined) return [];
  return [
    { subject: `${id}:`, text: `${llm.source}, ${AS_OF}` },
    ...llm.assumed.map((text) => ({ subject: `${id}, assumed:`, text })),
  ];
}
