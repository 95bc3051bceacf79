import type { Chart, ChartView, LegendEntry } from '../report/chart.js';
import { safeFileName } from '../report/file-name.js';
import { formatDuration } from '../report/format.js';
import type { Summary } from '../sim/summary.js';
import { element, swatch } from './dom.js';
import { Drawing, type Room, roomFor } from './drawing.js';
import { pngBlob, save, svgText } from './picture.js';
import type { TierFilter } from './tier-filter.js';
import type { TimeCursor } from './time-cursor.js';

/** A chart with its heading, legend, drawings, table and downloads. */
export class ChartCard {
  readonly root: HTMLElement;
  private readonly slots: Slot[];
  private readonly legend: HTMLElement;
  private isDrawn = false;

  constructor(
    private readonly chart: Chart,
    private readonly summary: Summary,
    private readonly cursor: TimeCursor,
    private readonly filter: TierFilter,
  ) {
    const room = roomFor(chart);
    this.slots = chart.views.map((view) => new Slot(chart, view, room));
    this.legend = element('ul', { class: 'legend' }, chart.legend.map(legendItem));
    const drawings = element('div', { class: `drawings of-${Math.min(chart.columns, chart.views.length)}` }, [
      ...this.slots.map(({ root }) => root),
    ]);
    const id = `chart-${chart.id}`;
    this.root = element(
      'article',
      {
        class: `chart ${chart.columns === 2 && chart.views.length === 1 ? 'half' : ''}`,
        id,
        'aria-labelledby': `${id}-heading`,
      },
      [
        element('h3', { id: `${id}-heading` }, [chart.heading]),
        element('p', { class: 'note' }, [chart.note]),
        ...(chart.hasLegend === false ? [] : [this.legend]),
        drawings,
        this.footer(),
      ],
    );
    if (chart.isOverTime) cursor.listen((bucket) => this.showMoment(bucket));
    filter.listen(() => this.refill());
  }

  /** Looks how much room there is: for all that is drawn next, before any of it changes the page. */
  measure(): void {
    for (const slot of this.slots) slot.measure();
  }

  draw(): void {
    if (this.isDrawn) return;
    this.isDrawn = true;
    const domain = this.commonDomain();
    for (const slot of this.slots) {
      slot.draw(this.summary, this.filter, domain);
      if (this.chart.isOverTime) this.follow(slot);
    }
    new ResizeObserver(() => {
      this.measure();
      for (const slot of this.slots) slot.resize();
      this.showMoment(this.cursor.current);
    }).observe(this.root);
    this.root.dataset['drawn'] = 'true';
  }

  private refill(): void {
    for (const slot of this.slots) {
      slot.root.hidden = !this.filter.shows(slot.view.tier);
      slot.drawing?.fill();
      slot.drawing?.draw();
    }
    this.chart.legend.forEach(({ tier }, i) => {
      const item = this.legend.children[i];
      if (item instanceof HTMLElement) item.hidden = !this.filter.shows(tier);
    });
  }

  /** Drawings of one chart that are to be compared share their vertical scale. */
  private commonDomain(): [number, number] | null {
    if (this.chart.spec !== 'band') return null;
    const values = this.chart.views.flatMap(({ rows }) =>
      rows.flatMap(({ p50, p99 }) => [p50, p99].filter((value) => typeof value === 'number')),
    );
    if (values.length === 0) return null;
    return [Math.min(...values) / 1.2, Math.max(...values) * 1.2];
  }

  private footer(): HTMLElement {
    const table = element('details', { class: 'table' }, [element('summary', {}, ['Table'])]);
    table.addEventListener('toggle', () => {
      if (table.open && table.childElementCount === 1) table.append(tableElement(this.chart));
    });
    const button = (kind: 'SVG' | 'PNG'): HTMLElement => {
      const made = element('button', { type: 'button', 'aria-label': `${this.chart.heading} as ${kind}` }, [kind]);
      made.addEventListener('click', () => void this.download(kind));
      return made;
    };
    return element('div', { class: 'chart-footer' }, [
      table,
      element('span', { class: 'downloads' }, [button('SVG'), button('PNG')]),
    ]);
  }

  /** Each drawing that is shown, one file a drawing. */
  private async download(kind: 'SVG' | 'PNG'): Promise<void> {
    drawAll([this]);
    for (const { drawing, view, root } of this.slots) {
      if (drawing === null || root.hidden) continue;
      const name = safeFileName([this.chart.id, view.title ?? ''].filter((part) => part !== '').join('-'));
      if (kind === 'PNG') save(await pngBlob(drawing.view), `${name}.png`);
      else save(new Blob([await svgText(drawing.view)], { type: 'image/svg+xml' }), `${name}.svg`);
    }
  }

  // The moment under the pointer.

  private follow(slot: Slot): void {
    const { place } = slot;
    const { bucketSeconds, atSeconds } = this.summary.series;
    const last = atSeconds.length - 1;
    const toBucket = (bucket: number): number => Math.max(0, Math.min(last, bucket));
    place.addEventListener('pointermove', (event) => {
      const at = slot.drawing?.atOf(event.clientX - place.getBoundingClientRect().left) ?? 0;
      this.cursor.moveTo(toBucket(Math.floor(at / bucketSeconds)));
    });
    place.addEventListener('pointerleave', () => this.cursor.moveTo(null));
    place.addEventListener('blur', () => this.cursor.moveTo(null));
    place.addEventListener('keydown', (event) => {
      const { current } = this.cursor;
      const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }[event.key];
      if (step !== undefined) this.cursor.moveTo(toBucket((current ?? (step > 0 ? -1 : last + 1)) + step));
      else if (event.key === 'Home') this.cursor.moveTo(0);
      else if (event.key === 'End') this.cursor.moveTo(last);
      else if (event.key === 'Escape') this.cursor.moveTo(null);
      else return;
      event.preventDefault();
    });
  }

  private showMoment(bucket: number | null): void {
    const { atSeconds } = this.summary.series;
    const at = bucket === null ? null : (atSeconds[bucket] ?? null);
    for (const slot of this.slots) slot.showMoment(at);
    const isAlone = this.slots.length === 1;
    this.chart.legend.forEach(({ series }, i) => {
      const value = this.legend.children[i]?.querySelector('.value');
      if (value instanceof HTMLElement) value.textContent = isAlone && at !== null ? this.textAt(series, at) : '';
    });
  }

  private textAt(series: string, at: number): string {
    return momentText(this.chart, this.slots[0]?.view, series, at);
  }
}

/** Those that are not drawn yet. */
export function drawAll(cards: readonly ChartCard[]): void {
  for (const card of cards) card.measure();
  for (const card of cards) card.draw();
}

/** Cards in sight at once, the others when they come near: a long report is drawn while it is read. */
export function drawWhenSeen(cards: readonly ChartCard[]): void {
  const byRoot = new Map<Element, ChartCard>(cards.map((card) => [card.root, card]));
  const observer = new IntersectionObserver(
    (entries) => {
      const seen = entries.filter(({ isIntersecting }) => isIntersecting).map(({ target }) => target);
      for (const root of seen) observer.unobserve(root);
      drawAll(seen.flatMap((root) => byRoot.get(root) ?? []));
    },
    { rootMargin: '400px' },
  );
  for (const root of byRoot.keys()) observer.observe(root);
}

/** The place of one drawing. */
class Slot {
  readonly root: HTMLElement;
  readonly place: HTMLElement;
  drawing: Drawing | null = null;
  private width = 0;
  private readonly line = element('div', { class: 'cursor', hidden: '' });
  private readonly moment = element('span', { class: 'moment' });

  constructor(
    private readonly chart: Chart,
    readonly view: ChartView,
    private readonly room: Room,
  ) {
    this.place = element('div', { class: 'drawing' });
    // Kept from the start, so that nothing jumps while the page draws.
    this.place.style.height = `${room.top + view.height + room.bottom}px`;
    if (chart.isOverTime) {
      this.place.tabIndex = 0;
    }
    const color = chart.legend.find(({ series }) => series === view.tier)?.color ?? null;
    const swatches = color === null ? [] : [swatch(color)];
    const title =
      view.title === null
        ? element('div', { class: 'slot-title' }, [this.moment])
        : element('h4', { class: 'slot-title' }, [...swatches, view.title, this.moment]);
    this.root = element('div', { class: 'slot' }, [
      ...(view.title === null && !chart.isOverTime ? [] : [title]),
      element('div', { class: 'stage' }, [this.place, this.line]),
    ]);
    if (chart.isOverTime) this.moment.setAttribute('aria-live', 'polite');
  }

  measure(): void {
    this.width = this.place.clientWidth;
  }

  draw(summary: Summary, filter: TierFilter, domain: readonly [number, number] | null): void {
    const { chart, view, place } = this;
    const name = view.title === null ? chart.heading : `${chart.heading}: ${view.title}`;
    const label = chart.isOverTime ? `${name}; arrow keys move through time` : `${name}; the table has the figures`;
    this.drawing = new Drawing(
      chart,
      view,
      place,
      label,
      summary.run.simulatedSeconds,
      filter,
      domain,
      this.room,
      this.width,
    );
  }

  resize(): void {
    this.drawing?.resize(this.width);
  }

  showMoment(at: number | null): void {
    this.line.hidden = at === null || this.drawing === null;
    this.moment.textContent = '';
    if (at === null || this.drawing === null) return;
    this.line.style.left = `${this.drawing.xOf(at)}px`;
    const series = [...new Set(this.view.rows.filter((row) => row['at'] === at).map((row) => String(row['series'])))];
    const texts = series.flatMap((name) => {
      const text = momentText(this.chart, this.view, name, at);
      return text === '' ? [] : [series.length === 1 ? text : `${name} ${text}`];
    });
    const isNamed = this.view.title !== null;
    this.moment.textContent = [formatDuration(at), ...(isNamed ? texts : [])].join(' · ');
  }
}

/** Nothing where there was nothing. */
function momentText(chart: Chart, view: ChartView | undefined, series: string, at: number): string {
  const row = view?.rows.find((one) => one['at'] === at && one['series'] === series);
  const value = row?.['value'];
  return typeof value === 'number' && value > 0 ? chart.format(value) : '';
}

function legendItem({ series, color }: LegendEntry): HTMLElement {
  return element('li', {}, [swatch(color), series, element('span', { class: 'value' })]);
}

function tableElement({ table, heading }: Chart): HTMLElement {
  const row = (cells: readonly string[], isHead: boolean): HTMLElement => {
    return element(
      'tr',
      {},
      cells.map((text, i) => {
        if (isHead) return element('th', { scope: 'col' }, [text]);
        return i === 0 ? element('th', { scope: 'row' }, [text]) : element('td', {}, [text]);
      }),
    );
  };
  return element('div', { class: 'table-box', tabindex: '0', role: 'region', 'aria-label': `${heading}, table` }, [
    element('table', {}, [
      element('thead', {}, [row(table.head, true)]),
      element(
        'tbody',
        {},
        table.rows.map((cells) => row(cells, false)),
      ),
    ]),
  ]);
}
