type Child = Node | string;

/** An element with attributes and children; text is always text, never markup. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>> = {},
  children: readonly Child[] = [],
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** A patch of a colour variable. The style goes through the object model, which the page's policy allows. */
export function swatch(color: string): HTMLElement {
  const patch = element('span', { class: 'swatch', 'aria-hidden': 'true' });
  patch.style.background = color;
  return patch;
}
