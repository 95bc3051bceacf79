import { AS_OF } from '../../models/catalog/figures.js';
import type { DeviceClass, Figure, PriceRange } from '../../models/hardware.js';
import { kvBytesPerToken, type LlmModel, weightBytes } from '../../models/llm.js';
import type { NodeSheet } from '../../models/node-sheet.js';
import { priceList } from '../../models/price-list.js';
import { type CatalogProfile, documentsFirst, figuresByOrigin, type Traced } from '../../models/provenance.js';
import type { ProviderProfile } from '../../models/provider.js';
import type { Precision } from '../../models/scenario.js';
import { formatCount } from '../../models/units.js';
import { findWire } from '../../models/wires.js';
import { formatMs, formatNumber } from '../../report/format.js';
import { cell, grid } from '../../report/grid.js';
import { figureText, originText } from '../../report/origin-text.js';
import { wrap } from '../../report/text-width.js';
import type { Terminal } from '../terminal.js';

const GIB = 1_073_741_824;
const PRECISIONS: readonly Precision[] = ['bf16', 'fp8', 'int4', 'fp4'];

export function nodeText(sheet: NodeSheet, terminal: Terminal): string[] {
  const { sustainable, measured, precision } = sheet;
  const money = sustainable.usdPerMillionOutput;
  const held = sheet.kvTokens === null ? 'never binds' : `${formatCount(sheet.kvTokens)} tokens`;
  return [
    `${sheet.gpus} x ${sheet.hardware}, ${sheet.model}: weights in ${precision.weights}, KV in ${precision.kv}`,
    `prompts of ${formatCount(sheet.promptTokens)} tokens, answers of ${formatCount(sheet.outputTokens)}`,
    '',
    ...pairs(
      [
        ['KV memory', held],
        ['seats', formatCount(sheet.seats)],
        ['prefill', `${formatCount(Math.round(sheet.prefillTokensPerSecond))} tok/s, one prompt after another`],
        [
          'sustainable',
          `${formatNumber(sustainable.requestsPerSecond)} req/s, ${formatCount(Math.round(sustainable.outputTokensPerSecond))} output tok/s, ${Math.round(sustainable.sequences)} requests at once`,
        ],
        [
          'cost',
          money === null
            ? 'no price known'
            : `$${formatNumber(money)} per million output tokens, or $${formatNumber(sustainable.usdPerMillion!)} per million of all`,
        ],
        [
          'energy',
          `${formatNumber(sustainable.joulesPerMillionOutput / 1e6)} MJ per million output tokens, or ${formatNumber(sustainable.joulesPerMillion / 1e6)} MJ per million of all, at ${formatCount(Math.round(sustainable.watts))} W, host included`,
        ],
        ['method', sheet.method],
        [
          'measured',
          measured === null
            ? 'nothing published of this hardware to hold it against'
            : `${measured.isSame ? '' : `nothing published of it; nearest is ${measured.model} in ${measured.precision}: `}${measured.points} published points not fitted to: TPOT ${measured.tpotMapePct} % off in the mean, TTFT ${measured.ttftMedianPct} % in the median`,
        ],
        ...sheet.notes.map((note): [string, string] => ['chosen', note]),
      ],
      terminal,
    ),
    '',
    ...grid(
      [
        ['BATCH', 'decode tok/s', 'per token'].map((text) => cell(text, 'heading')),
        ...sheet.decode.map(({ batch, tokensPerSecond, tpotMs }) =>
          [String(batch), formatCount(Math.round(tokensPerSecond)), formatMs(tpotMs)].map((text) => cell(text)),
        ),
      ],
      terminal,
    ),
    '',
    'Steady state of mean lengths: long tails and bursts leave less, a prefix cache more.',
  ];
}

export function deviceText(device: DeviceClass, terminal: Terminal): string[] {
  const { bandwidthBytesPerSecond, link, usdPerHour } = device;
  const rows: (readonly [string, string, Figure | PriceRange | null])[] = [
    ['memory', `${formatNumber(device.memoryBytes.value / GIB)} GiB`, device.memoryBytes],
    [
      'bandwidth',
      bandwidthBytesPerSecond === null ? 'unknown' : `${formatNumber(bandwidthBytesPerSecond.value / 1e12)} TB/s`,
      bandwidthBytesPerSecond,
    ],
    ...PRECISIONS.flatMap((precision) => {
      const figure = device.tflops[precision];
      return figure === undefined ? [] : [[precision, `${formatNumber(figure.value)} TFLOPS`, figure] as const];
    }),
    ['TDP', `${formatNumber(device.tdpWatts.value)} W`, device.tdpWatts],
    ['idle', `${formatNumber(device.idleWatts.value)} W`, device.idleWatts],
    [
      'model loaded',
      `+${formatNumber(device.loadedIdleExtraWatts.value)} W`,
      device.loadedIdleExtraWatts.value === 0 ? null : device.loadedIdleExtraWatts,
    ],
    ['host', `${formatNumber(device.hostWatts.value)} W`, device.hostWatts],
    [
      'link',
      link === null ? 'none' : `${link.kind}, ${formatNumber(link.bytesPerSecond.value / 1e9)} GB/s each way`,
      link?.bytesPerSecond ?? null,
    ],
    [
      'price',
      usdPerHour === null ? 'unknown' : `$${formatNumber(usdPerHour.low)} to $${formatNumber(usdPerHour.high)} an hour`,
      usdPerHour,
    ],
  ];
  return [
    `${device.id}: ${device.name}`,
    `also ${device.aliases.join(', ')}`,
    '',
    ...pairs(
      rows.map(([label, value, figure]) => [label, figure === null ? value : `${value} (${origin(figure)})`]),
      terminal,
    ),
  ];
}

/** Where a figure comes from; what nobody states says so first. */
function origin({ source, asOf, assumed }: Figure | PriceRange): string {
  const stated = [source, asOf].filter((text) => text !== '').join(', ');
  return assumed === undefined ? stated : `assumed: ${assumed.replace(/\.$/, '')}; ${stated}`;
}

export function modelText(llm: LlmModel, terminal: Terminal): string[] {
  const { total, active } = llm.parameters;
  return [
    `${llm.id}: ${llm.name}`,
    ...(llm.aliases.length === 0 ? [] : [`also ${llm.aliases.join(', ')}`]),
    '',
    ...pairs(
      [
        [
          'parameters',
          `${formatNumber(total / 1e9)} B${active === total ? '' : `, ${formatNumber(active / 1e9)} B active`}`,
        ],
        ['published as', llm.nativePrecision],
        ['weights', `${formatNumber(weightBytes(llm, llm.nativePrecision) / 1e9)} GB`],
        ['layers', `${llm.layers} of width ${formatCount(llm.hidden)}, ${llm.heads} heads`],
        ...(llm.moe === null
          ? []
          : [
              ['experts', `${llm.moe.experts}, ${llm.moe.expertsPerToken} a token, in ${llm.moe.layers} layers`] as [
                string,
                string,
              ],
            ]),
        ['KV', `${formatCount(kvBytesPerToken(llm, 'bf16', 1))} bytes a token in bf16`],
        ['context', `${formatCount(llm.maxContext)} tokens`],
        ...(llm.measuredAs === null
          ? []
          : [['timed as', `${llm.measuredAs}, of the same geometry`] as [string, string]]),
        ['source', `${llm.source}, ${AS_OF}`],
        ...llm.assumed.map((text): [string, string] => ['assumed', text]),
      ],
      terminal,
    ),
  ];
}

export function providerText(profile: CatalogProfile, terminal: Terminal): string[] {
  const wire = findWire(profile.id);
  return [
    `${profile.id}, as of ${profile.asOf}, prices in ${profile.currency}`,
    '',
    ...grid(
      [
        ['TIER', 'rank', 'price', 'admission', 'held'].map((text) => cell(text, 'heading')),
        ...profile.tiers.map((tier) =>
          [
            tier.name + (tier.name === profile.defaultTier ? ' *' : ''),
            String(tier.rank),
            `x${tier.priceMultiplier}`,
            tier.admission.kind,
            tier.hold === null ? 'no' : `${formatCount(tier.hold.maxWaitUs / 1e6)} s`,
          ].map((text) => cell(text)),
        ),
      ],
      terminal,
    ),
    '',
    ...priceGrid(profile, terminal),
    '',
    ...pairs([...originRows(figuresByOrigin(profile))], terminal),
    ...(wire === undefined
      ? []
      : [
          '',
          'On the wire:',
          ...pairs(originRows(documentsFirst(wire.origins).map((origin) => ({ origin, figures: [] }))), terminal),
        ]),
  ];
}

function originRows(entries: readonly Traced[]): [string, string][] {
  return entries.flatMap(({ origin, figures }) => {
    const label = origin.date === null ? 'assumed' : 'source';
    const texts = [originText(origin), ...(figures.length === 0 ? [] : [`for ${figureText(figures)}`])];
    return texts.map((text): [string, string] => [label, text]);
  });
}

function priceGrid(profile: ProviderProfile, terminal: Terminal): string[] {
  const prices = priceList(profile);
  const hasImages = prices.some(({ imagePico, outputPico }) => imagePico !== outputPico);
  const columns = ['inputPico', 'cachedPico', 'outputPico', ...(hasImages ? (['imagePico'] as const) : [])] as const;
  const heading = ['MODEL', 'tier', 'input', 'cached', 'output', ...(hasImages ? ['image'] : [])];
  return [
    `${profile.currency} per million tokens:`,
    ...grid(
      [
        heading.map((text) => cell(text, 'heading')),
        ...prices.map((price) => [
          cell(price.model),
          cell(price.tier),
          ...columns.map((column) => cell(String(price[column] / 1e6))),
        ]),
      ],
      terminal,
    ),
  ];
}

/** Labels to the left, text wrapped beside them; a label that repeats is shown once. */
function pairs(rows: readonly (readonly [label: string, text: string])[], terminal: Terminal): string[] {
  const width = Math.max(...rows.map(([label]) => label.length)) + 2;
  return rows.flatMap(([label, text], index) => {
    const shown = rows[index - 1]?.[0] === label ? '' : label;
    const lines = wrap(text, Math.max(30, terminal.width - width));
    return lines.map((line, at) => (at === 0 ? shown : '').padEnd(width) + line);
  });
}
