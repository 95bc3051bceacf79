import { Html, html } from './html-text.js';

export interface PageHead {
  readonly title: string;
  readonly version: string;
  /** What the page may load, as a content security policy. */
  readonly policy: string;
  readonly style: string;
}

/** Everything of a page before its body. */
export function pageHead({ title, version, policy, style }: PageHead): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Html(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="tiersim ${version}">
<title>${title} – tiersim</title>
<style>${new Html(style)}</style>
</head>`;
}
