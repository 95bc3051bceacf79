import { element } from './dom.js';

let box: HTMLElement | null = null;

/** What a mark stands for, beside the pointer. */
export function tooltip(_handler: unknown, event: MouseEvent, _item: unknown, value: unknown): void {
  if (value === null || value === undefined || value === '' || typeof value !== 'object') {
    box?.remove();
    box = null;
    return;
  }
  const lines = Object.values(value as Record<string, unknown>).map((text) => element('div', {}, [String(text)]));
  box ??= element('div', { class: 'tooltip', 'aria-hidden': 'true' });
  box.replaceChildren(...lines);
  document.body.append(box);
  const left = Math.min(event.clientX + 14, innerWidth - box.offsetWidth - 8);
  box.style.left = `${Math.max(8, left)}px`;
  box.style.top = `${Math.max(8, event.clientY - box.offsetHeight - 10)}px`;
}
