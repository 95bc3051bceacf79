import { printable } from './text-width.js';

/** Markup that is known to be safe. Only `html` makes it. */
export class Html {
  constructor(readonly text: string) {}
}

/** A template whose values are escaped, names from scenarios included; pieces of Html go in as they are. */
export function html(
  parts: TemplateStringsArray,
  ...values: readonly (string | number | Html | readonly Html[] | null)[]
): Html {
  let text = parts[0] ?? '';
  values.forEach((value, index) => {
    text += markup(value) + (parts[index + 1] ?? '');
  });
  return new Html(text);
}

function markup(value: string | number | Html | readonly Html[] | null): string {
  if (value === null) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return escapeHtml(String(value));
}

/** Good for text and for attributes in either kind of quotes. */
export function escapeHtml(text: string): string {
  return printable(text).replace(/[&<>"'`=]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** JSON inside a script element: nothing in it can end the element, begin another or turn the reading direction. */
export function scriptJson(value: unknown): Html {
  const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return new Html(JSON.stringify(value).replace(UNSAFE_IN_SCRIPT, escaped));
}

const UNSAFE_IN_SCRIPT = /[<>&\u007f-\u009f\u200e\u200f\u061c\u2028-\u202e\u2066-\u2069]/g;
