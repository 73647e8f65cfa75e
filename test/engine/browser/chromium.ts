/** A headless Chromium that has no network, and what it complains about. */
import { existsSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const programs = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const program = programs.find((path) => path && existsSync(path));

/** Why tests with a browser are skipped, or false. */
export const withoutChromium =
  program === undefined && 'no Chromium was found: install Debian’s chromium, or name one in CHROMIUM';

const IN_PAGE = readFileSync(new URL('./in-page.js', import.meta.url), 'utf8');

const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface OpenedPage {
  readonly page: Page;
  /** Messages of the console, errors of scripts, and requests for anything but the page itself. */
  readonly complaints: string[];
}

export interface Chromium {
  /** Opens a file of a report in a window of its own, with what in-page.js says. */
  readonly open: (file: string, options?: BrowserContextOptions) => Promise<OpenedPage>;
  readonly close: () => Promise<void>;
}

/** Starts the browser, headless; its user data are in a new folder, as playwright has it. */
export async function startChromium(): Promise<Chromium> {
  const browser: Browser = await chromium.launch({ executablePath: program, args: QUIET, timeout: 60_000 });
  return {
    open: async (file, options) => {
      const url = pathToFileURL(file).href;
      const context = await browser.newContext({ offline: true, ...options });
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', ({ message }) => complaints.push(message));
      page.on('request', (request) => {
        if (request.url() !== url && !request.url().startsWith('blob:')) complaints.push(request.url());
      });
      await page.goto(url);
      // The policy of a page binds its own scripts, not those of who drives the browser.
      if (options?.javaScriptEnabled !== false) await page.evaluate(IN_PAGE);
      return { page, complaints };
    },
    close: () => browser.close(),
  };
}
