import { isJsonObject, type JsonObject } from '../../src/core/json.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/server.ts';
import { textOf } from './items.ts';

export const KEY = { authorization: 'Bearer test-key' };

export interface Got {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: JsonObject;
}

/** Asks a running sandbox for a path, as an authorized client unless told otherwise. */
export async function get(sandbox: Sandbox, path: string, init: RequestInit = {}): Promise<Got> {
  const response = await fetch(sandbox.url + path, { ...init, headers: { ...KEY, ...(init.headers as object) } });
  const text = await response.text();
  const json: unknown = JSON.parse(text);
  if (!isJsonObject(json)) throw new Error(`no JSON object: ${text.slice(0, 200)}`);
  return { status: response.status, headers: response.headers, text, json };
}

export function listPath(page: number | string, size?: number | string): string {
  return `/api/v2/detect?page=${page}${size === undefined ? '' : `&page_size=${size}`}`;
}

export function itemsOf(got: Got): JsonObject[] {
  const items = got.json['items'];
  if (!Array.isArray(items)) throw new Error(`no items: ${got.text.slice(0, 200)}`);
  return items as JsonObject[];
}

export function uuidsOf(got: Got): string[] {
  return itemsOf(got).map((item) => textOf(item, 'uuid'));
}

/** Runs a test against a sandbox of its own and closes it, whatever happens. */
export async function withSandbox(options: SandboxOptions, body: (sandbox: Sandbox) => Promise<void>): Promise<void> {
  const sandbox = await startSandbox(options);
  try {
    await body(sandbox);
  } finally {
    await sandbox.close();
  }
}
