import { momentsOf } from '../../models/lengths.js';
import type { Scenario, SharedPrefix, TrafficClass } from '../../models/scenario.js';
import type { Segment } from '../engine/sequence.js';

/** The texts that prompts for these models begin with: the first of each class, the second of each, and so on. */
export function commonTexts({ traffic }: Scenario, models: readonly string[]): readonly Segment[] {
  const byClass = traffic.filter(({ model }) => models.includes(model)).map(textsOf);
  const longest = Math.max(0, ...byClass.map((texts) => texts.length));
  const inTurn: Segment[] = [];
  for (let place = 0; place < longest; place++) {
    for (const texts of byClass) if (place < texts.length) inTurn.push(texts[place]!);
  }
  return inTurn;
}

/** The name of the text that prompts of this family begin with. */
export function textName(traffic: Pick<TrafficClass, 'name'>, family: number): string {
  return `${traffic.name}/${family}`;
}

/** Of one class, the most popular first. */
function textsOf(traffic: TrafficClass): readonly Segment[] {
  const { prefix } = traffic;
  if (prefix === null) return [];
  const families = prefix.kind === 'families' ? prefix.families : 1;
  const tokens = Math.floor(tokensOf(prefix, traffic));
  return Array.from({ length: families }, (_, family) => [textName(traffic, family), 0, tokens] as const);
}

/** Of a share of every prompt as much as a mean prompt has. */
function tokensOf(prefix: SharedPrefix, { input }: TrafficClass): number {
  return prefix.kind === 'families' ? prefix.tokens : prefix.share * (momentsOf(input)?.mean ?? 0);
}
