import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Debian's; another by CHROMIUM. */
const PROGRAM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

export const hasChromium = existsSync(PROGRAM);

/** Said once a test file, so that nobody takes a skipped browser for a tested one. */
export function tellIfSkipped(): void {
  if (hasChromium) return;
  console.warn(
    `SKIPPED: tests of the HTML report in a browser, for there is no ${PROGRAM}. \`apt-get install chromium\`, or name one in CHROMIUM.`,
  );
}

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: PROGRAM,
    args: [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  });
}
