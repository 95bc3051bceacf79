import { tierColor } from '../report/palette.js';
import { printable } from '../report/text-width.js';
import type { Summary } from '../sim/summary.js';
import { element, swatch } from './dom.js';

/** Which tiers the charts show. */
export class TierFilter {
  private readonly hidden = new Set<string>();
  private readonly listeners: (() => void)[] = [];

  listen(listener: () => void): void {
    this.listeners.push(listener);
  }

  shows(tier: unknown): boolean {
    return typeof tier !== 'string' || !this.hidden.has(tier);
  }

  /** A box to tick for each tier that anybody asked for. */
  controls(summary: Summary): HTMLElement[] {
    return Object.entries(summary.tiers).flatMap(([key, tier], index) => {
      if (tier.attempts === 0) return [];
      const name = printable(key);
      const box = element('input', { type: 'checkbox', checked: '' });
      box.addEventListener('change', () => {
        if (box.checked) this.hidden.delete(name);
        else this.hidden.add(name);
        for (const listener of this.listeners) listener();
      });
      return [element('label', { class: 'tier-box' }, [box, swatch(tierColor(index)), name])];
    });
  }
}
