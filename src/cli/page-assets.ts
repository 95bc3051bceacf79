import { readFileSync } from 'node:fs';
import type { PageAssets } from '../report/html.js';

/** The program and style of HTML reports, made by `npm run build` beside the compiled code. */
export function pageAssets(): PageAssets {
  const read = (file: string): string => readFileSync(new URL(`../page/${file}`, import.meta.url), 'utf8');
  return { script: read('page.js'), style: read('style.css') };
}
