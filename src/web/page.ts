import { chartSections } from '../report/charts.js';
import type { Summary } from '../sim/summary.js';
import { ChartCard, drawAll, drawWhenSeen } from './chart-card.js';
import { element } from './dom.js';
import { TierFilter } from './tier-filter.js';
import { TimeCursor } from './time-cursor.js';

/** The report page comes with all its text; this draws the charts from the summary that it carries. */
function main(): void {
  const source = document.getElementById('summary');
  const place = document.getElementById('charts');
  if (source === null || place === null) return;
  const summary = JSON.parse(source.textContent) as Summary;
  const cursor = new TimeCursor();
  const filter = new TierFilter();
  const cards: ChartCard[] = [];
  const links: HTMLElement[] = [];
  for (const { heading, charts } of chartSections(summary)) {
    const grid = element('div', { class: 'charts' });
    const id = `charts-${heading.toLowerCase().replaceAll(' ', '-')}`;
    const section = element('section', { class: 'chart-section', id }, [element('h2', {}, [heading]), grid]);
    links.push(element('a', { href: `#${id}` }, [heading]));
    for (const chart of charts) {
      const card = new ChartCard(chart, summary, cursor, filter);
      cards.push(card);
      grid.append(card.root);
    }
    place.append(section);
  }
  document.getElementById('tiers-shown')?.append(...filter.controls(summary));
  document.getElementById('chart-sections')?.append(...links);
  const scenario = document.getElementById('scenario');
  if (scenario !== null) scenario.textContent = JSON.stringify(summary.detail?.scenario, null, 2);
  drawWhenSeen(cards);
  addEventListener('beforeprint', () => drawAll(cards));
  document.documentElement.dataset['ready'] = 'true';
}

main();
