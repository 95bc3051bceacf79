import { HARDWARE } from '../../models/catalog/hardware.js';
import { LLMS } from '../../models/catalog/llms.js';
import { midpointUsdPerHour } from '../../models/hardware.js';
import type { ProviderProfile } from '../../models/provider.js';
import { PROVIDERS } from '../../models/providers.js';
import { formatCount } from '../../models/units.js';
import { formatNumber } from '../../report/format.js';
import { cell, type GridRow, grid } from '../../report/grid.js';
import { safeJson } from '../../report/json.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Terminal } from '../terminal.js';

export const CATALOG_PARTS = ['hardware', 'models', 'providers'] as const;
export type CatalogPart = (typeof CATALOG_PARTS)[number];

const GIB = 1_073_741_824;
const UNKNOWN = '-';

/** What is built in: every part, or one. --json gives all figures with their sources. */
export function catalogCommand(part: CatalogPart | null, wantsJson: boolean, terminal: Terminal): ExitCode {
  if (wantsJson) {
    const all = { hardware: HARDWARE, models: LLMS, providers: PROVIDERS };
    terminal.out(`${safeJson(part === null ? all : { [part]: all[part] })}\n`);
    return EXIT.fine;
  }
  const tables = { hardware: hardwareRows, models: modelRows, providers: providerRows };
  const wanted = part === null ? CATALOG_PARTS : [part];
  const blocks = wanted.map((name) => grid(tables[name](), terminal, name === 'providers' ? 2 : 1).join('\n'));
  terminal.out(`${blocks.join('\n\n')}\n`);
  return EXIT.fine;
}

function hardwareRows(): GridRow[] {
  const rows = HARDWARE.map((device) => [
    device.id,
    formatNumber(device.memoryBytes.value / GIB),
    device.bandwidthBytesPerSecond === null ? UNKNOWN : formatNumber(device.bandwidthBytesPerSecond.value / 1e12),
    device.tflops.bf16 === undefined ? UNKNOWN : formatNumber(device.tflops.bf16.value),
    formatNumber(device.idleWatts.value),
    formatNumber(device.tdpWatts.value),
    device.usdPerHour === null ? UNKNOWN : midpointUsdPerHour(device.usdPerHour).toFixed(2),
  ]);
  return table(['HARDWARE', 'GiB', 'TB/s', 'bf16 TFLOPS', 'idle W', 'TDP W', 'USD/hour'], rows);
}

function modelRows(): GridRow[] {
  const rows = LLMS.map((llm) => [
    llm.id,
    billions(llm.parameters.total),
    billions(llm.parameters.active),
    String(llm.layers),
    formatCount(llm.maxContext),
    llm.nativePrecision,
  ]);
  return table(['MODELS', 'parameters', 'active', 'layers', 'context', 'published as'], rows);
}

function providerRows(): GridRow[] {
  const rows = PROVIDERS.flatMap((profile) =>
    profile.tiers.map((tier, index) => [
      index === 0 ? profile.id : '',
      tier.name + (tier.name === profile.defaultTier ? ' *' : ''),
      String(tier.rank),
      `x${tier.priceMultiplier}`,
      tier.hold === null ? 'at once' : `held to ${formatCount(tier.hold.maxWaitUs / 1e6)} s`,
      index === 0 ? pricedModels(profile) : '',
    ]),
  );
  return table(['PROVIDERS', 'tier (* default)', 'rank', 'price', 'sent', 'prices'], rows);
}

function pricedModels(profile: ProviderProfile): string {
  const models = new Set(profile.prices.map((row) => row.model)).size;
  return models === 0 ? 'none' : `${models} models, ${profile.currency}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): GridRow[] {
  return [head.map((text) => cell(text, 'heading')), ...rows.map((row) => row.map((text) => cell(text)))];
}

function billions(count: number): string {
  return `${formatNumber(count / 1e9)} B`;
}
