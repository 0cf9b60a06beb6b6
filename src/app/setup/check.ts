/** One check: a `problem` prevents reports, a `warning` does not yet. */
export interface Check {
  readonly name: 'node' | 'fonts' | 'folder' | 'space' | 'proxy' | 'key' | 'api' | 'clock' | 'rate';
  readonly state: 'ok' | 'warning' | 'problem';
  /** One sentence, in plain words, without a secret. */
  readonly text: string;
  /** What to do; null if there is nothing to do. */
  readonly remedy: string | null;
  /** What causes a problem: this machine and its settings, or the API. */
  readonly blame: 'machine' | 'source';
}

export function ok(name: Check['name'], text: string): Check {
  return { name, state: 'ok', text, remedy: null, blame: 'machine' };
}

export function warning(name: Check['name'], text: string, remedy: string): Check {
  return { name, state: 'warning', text, remedy, blame: 'machine' };
}

export function problem(
  name: Check['name'],
  text: string,
  remedy: string | undefined,
  blame: Check['blame'] = 'machine',
): Check {
  return { name, state: 'problem', text, remedy: remedy ?? null, blame };
}
