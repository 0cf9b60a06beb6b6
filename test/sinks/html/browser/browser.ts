import { accessSync, constants } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A page in a browser, and everything that it asked for or complained about. */
export interface OpenPage {
  readonly page: Page;
  /** Addresses that the browser asked for, whether the server saw them or not. */
  readonly requests: string[];
  /** Messages of the console, errors of the page. */
  readonly complaints: string[];
}

/** One Chromium for a test file, with a fresh profile, and a server on loopback that counts what it is asked. */
export class Pages {
  /** Paths that the server was asked for. */
  readonly asked: string[] = [];
  readonly origin: string;
  readonly #browser: Browser;
  readonly #server: Server;
  readonly #html = new Map<string, string>();

  private constructor(browser: Browser, server: Server) {
    this.#browser = browser;
    this.#server = server;
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => {
      const path = request.url ?? '';
      this.asked.push(path);
      const html = this.#html.get(path);
      response.writeHead(html === undefined ? 404 : 200, { 'content-type': 'text/html' }).end(html ?? '');
    });
  }

  static async start(): Promise<Pages> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Pages(await chromium.launch({ executablePath: chromiumPath(), args: FLAGS }), server);
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async open(html: string, options: BrowserContextOptions = {}): Promise<OpenPage> {
    const path = `/${this.#html.size}/report.html`;
    this.#html.set(path, html);
    const context = await this.#browser.newContext(options);
    const page = await context.newPage();
    const requests: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
    await page.goto(this.origin + path, { waitUntil: 'load' });
    return { page, requests, complaints };
  }
}

/** A browser for the tests of one file. */
export function browserPages(): () => Pages {
  let pages: Pages | undefined;
  beforeAll(async () => {
    pages = await Pages.start();
  });
  afterAll(async () => {
    await pages?.stop();
  });
  return () => {
    if (pages === undefined) throw new Error('The browser is not there yet.');
    return pages;
  };
}

function chromiumPath(): string {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, 'chromium');
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  throw new Error('chromium is missing: install the Debian package chromium');
}
