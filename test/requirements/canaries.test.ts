import { describe, expect, it } from 'vitest';
import * as deepinfra from './claims/deepinfra.js';
import * as fireworks from './claims/fireworks.js';
import * as gateway from './claims/llm-gateway.js';
import { isTurnedAwayLast } from './claims/monotone.js';
import * as neutral from './claims/neutral.js';
import * as siati from './claims/siati.js';
import * as routing from './claims/siati-routing.js';

/**
 * What a wrong profile would be: the very checks that the requirements are held by must fail for it, and by their own
 * assertion, not because the scenario could not be read.
 */
function isCaught(check: () => void): void {
  let thrown: unknown = null;
  try {
    check();
  } catch (error) {
    thrown = error;
  }
  // A drawn property wraps what failed in it.
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  expect(cause).toMatchObject({ name: 'AssertionError' });
}

const inverted = (provider: string, model: string) => () =>
  isTurnedAwayLast({ provider, model, urgent: 'priority', lesser: 'standard' });

describe('a mutation is caught', () => {
  it.each<[string, () => void]>([
    ['DI-9: 1.4 instead of 1.5', () => deepinfra.pricesOfThreeTiers('tiers: {priority: {price: 1.4}}')],
    ['DI-5: 503 instead of 429', () => deepinfra.overloadIs429('status: {overloaded: 503}')],
    ['DI-3: priority behind standard', () => deepinfra.frontOfTheQueue('tiers: {priority: {rank: -1}}')],
    [
      'DI-4: priority shed first',
      inverted('{extends: deepinfra, tiers: {priority: {shedAbove: 500ms}}}', 'llama-3.1-8b'),
    ],
    [
      'DI-11: embeddings that queue as priority',
      () => deepinfra.embeddingsAreBilledOnly('support: [{tier: priority, api: embeddings, answer: honour}]'),
    ],
    [
      'DI-11: embeddings that are billed as standard',
      () => deepinfra.embeddingsAreBilledOnly('support: [{tier: priority, api: embeddings, answer: downgrade}]'),
    ],
  ])('DeepInfra %s', (_name, check) => isCaught(check));

  it.each<[string, () => void]>([
    ['FW-10: 1.25 instead of 1.5', () => fireworks.pricesOfFivePaths('tiers: {priority: {price: 1.25}}')],
    ['FW-10: background at a half', () => fireworks.pricesOfFivePaths('tiers: {background: {price: 0.5}}')],
    ['FW-13: 429 instead of 503', () => fireworks.shedIsOutsideTheSla('status: {overloaded: 429}')],
    [
      'FW-13: overload inside the SLA',
      () => fireworks.shedIsOutsideTheSla('answers: {overloaded: {slaCounted: true}}'),
    ],
    [
      'FW-14: outages outside the SLA',
      () => fireworks.unavailableIsInsideTheSla('answers: {node_down: {slaCounted: false}}'),
    ],
    ['FW-8: priority shed first', inverted('{extends: fireworks, tiers: {standard: {shedAbove: 25s}}}', 'kimi-k2.6')],
    ['FW-17: priority that jumps the queue', () => fireworks.admissionNotSpeed('tiers: {priority: {rank: 200}}')],
    [
      'FW-19: background under the limits of calls',
      () => fireworks.backgroundIsForAccountsLetIn('tiers: {background: {limits: account}}'),
    ],
    [
      'FW-19: background that does not wait for leftovers',
      () => fireworks.backgroundIsForAccountsLetIn('tiers: {background: {hold: false}}'),
    ],
  ])('Fireworks %s', (_name, check) => isCaught(check));

  it.each<[string, () => void]>([
    ['LG-2: priority at 1.5', () => gateway.pricesOfThreeTiers('tiers: {priority: {price: 1.5}}')],
    ['LG-8: flex at 0.6', () => gateway.billFollowsTheTierServed('tiers: {flex: {price: 0.6}}')],
    ['LG-10: flex at full price', () => gateway.multiplierScalesTokensOnly('tiers: {flex: {price: 1}}')],
    ['LG-3: flex before standard', () => gateway.orderAndEviction('tiers: {priority: {rank: 150}}')],
    ['LG-3: standard evicted', () => gateway.orderAndEviction('tiers: {flex: {eviction: false}}')],
    ['LG-4: refused instead of ignored', () => gateway.ignoredWhereThereAreNoTiers(REFUSED)],
    ['LG-5: honoured on a regional endpoint', () => gateway.globalEndpointOnly(HONOURED)],
    [
      'LG-7: flex of any model honoured',
      () => gateway.supportTable('support: [{tier: flex, model: llama-3.1-8b, answer: honour}]'),
    ],
    ['LG-7: refused with 403', () => gateway.supportTable('status: {unsupported_tier: 403}')],
    ['LG-11: priority of the image model honoured', () => gateway.imageModel(HONOURED)],
  ])('LLM Gateway %s', (_name, check) => isCaught(check));

  it.each<[string, () => void]>([
    ['ST-12: medium at 2 francs', () => siati.priceByTier(MEDIUM_DEARER)],
    [
      'ST-2: ranks sent to vLLM unchanged',
      () => siati.urgentFirst('tiers: {slow: {rank: 1000}, ludicrous: {rank: 1}}'),
    ],
    ['ST-11: 503 instead of 429', () => siati.limitsByTier('status: {rate_limited: 503}')],
    ['ST-11: 121 a minute', () => siati.limitsByTier('tiers: {medium: {rpm: 121}}')],
    ['ST-3: another default', () => siati.tierOfTheKey('defaultTier: slow')],
    ['ST-10: no slot reserved', () => siati.reservedSlots('', 'fleet.main.reservedSlots={ludicrous: 1}')],
    ['ST-4: weights the wrong way round', () => routing.hardwareByTier('', 'fleet.l40s.tierWeights.fast=50')],
    ['ST-8: slow on the L40S', () => routing.ludicrousAndSlow('', 'fleet.spark.tierWeights.slow=50')],
    ['ST-5: a weight of zero that is not', () => routing.filterOfTheRouter('', 'fleet.zero.tierWeights.medium=600')],
    ['ST-6: turns instead of queue depth', () => routing.sortOfTheRouter('router: round-robin')],
    ['ST-5: spare seats before weights', () => routing.filterOfTheRouter('spareSlotFilter: true')],
  ])('siati %s', (_name, check) => isCaught(check));

  it.each<[string, () => void]>([
    ['NE-1: flex at 0.4', () => neutral.pricesOfFourTiers('tiers: {flex: {price: 0.4}}')],
    ['NE-2: standard before priority', () => neutral.urgentFirst('tiers: {priority: {rank: 150}}')],
    ['NE-5: 429 instead of 503', () => neutral.codes('status: {overloaded: 429}')],
    ['NE-5: expired with 429', () => neutral.codes('status: {hold_expired: 429}')],
    [
      'NE-4: priority shed first',
      inverted('{extends: neutral, tiers: {priority: {shedAbove: 500ms}}}', 'llama-3.1-8b'),
    ],
    [
      'NE-7: background up to the brim',
      () => neutral.dispatchedBelowTheirPressure('tiers: {background: {hold: {dispatchAtPressure: 0.95}}}'),
    ],
    ['NE-8: evicted work that fails', () => neutral.evictionLosesNothing('tiers: {flex: {eviction: {outcome: fail}}}')],
    ['NE-11: standard shed last', () => neutral.orderFromIdleToOverload('tiers: {standard: {shedAbove: never}}')],
  ])('neutral %s', (_name, check) => isCaught(check));
});

const REFUSED = 'support: [{tier: flex, answer: refuse}]';
const HONOURED = 'support: [{tier: priority, answer: honour}, {tier: flex, answer: honour}]';
const MEDIUM_DEARER = 'prices: {"*": {input: CHF 1, output: CHF 1, tiers: {medium: {input: CHF 1, output: CHF 2}}}}';
