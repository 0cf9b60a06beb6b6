import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import { escapeMarkup } from './text.ts';

/** The vendor's keys are longer; a shorter one, e.g. `any` for the sandbox, occurs in ordinary words. */
const SHORTEST_REAL_KEY = 8;

const MARK = '[key]';
/** Shortest beginning of a truncated value that is still hidden. */
const SHORTEST_BEGINNING = 6;

/** A value that must never be shown. Printing it by accident gives at most its last four characters. */
export class Secret {
  readonly #value: string;
  /** Made on first use. */
  #forms: readonly string[] | null = null;
  #pattern: RegExp | null = null;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself. Call this only to send it. */
  reveal(): string {
    return this.#value;
  }

  /** Tells people which key it is: `…cdef`; nothing of a key shorter than 16 characters. */
  hint(): string {
    return this.#value.length >= 16 ? `…${this.#value.slice(-4)}` : '…';
  }

  /** HMAC-SHA-256 (hex) of a text under the value: shows whether two secrets are equal, nothing else. */
  seal(text: string): string {
    return createHmac('sha256', this.#value).update(text).digest('hex');
  }

  /**
   * The text with every occurrence of the value replaced: raw in any case, escaped for URLs, JSON or HTML, as hex or
   * base64, also inside longer base64, and truncated with an ellipsis. A value of less than eight characters is
   * replaced only as a word of its own.
   */
  redact(text: string): string {
    if (this.#value === '') return text;
    this.#forms ??= this.#isShort ? shortForms(this.#value) : formsOf(this.#value);
    const any = `(?:${this.#forms.map(literally).join('|')})`;
    this.#pattern ??= this.#isShort ? new RegExp(`(?<!\\w)${any}(?!\\w)`, 'g') : new RegExp(any, 'gi');
    const redacted = text.replaceAll(this.#pattern, MARK);
    return this.#isShort ? redacted : withoutCutForms(redacted, this.#forms);
  }

  /** True if the text holds the value in some form; false for a value so short that it occurs in ordinary words. */
  isIn(text: string): boolean {
    return !this.#isShort && this.redact(text) !== text;
  }

  get #isShort(): boolean {
    return this.#value.length < SHORTEST_REAL_KEY;
  }

  toString(): string {
    return MARK;
  }

  toJSON(): string {
    return MARK;
  }

  [inspect.custom](): string {
    return MARK;
  }
}

/** A regular expression that matches exactly this text. */
function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function shortForms(value: string): string[] {
  return [value, encodeURIComponent(value), Buffer.from(value).toString('base64')];
}

/** How a value may be written, the longest first. Matching ignores case. */
function formsOf(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8');
  const hex = bytes.toString('hex');
  const json = JSON.stringify(value).slice(1, -1);
  const ascii = json.replaceAll(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const url = encodeURIComponent(value);
  const strictUrl = url.replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16)}`);
  const html = escapeMarkup(value);
  const base64 = [bytes.toString('base64'), ...[0, 1, 2].map((shift) => insideBase64(bytes, shift))];
  const forms = [
    value,
    json,
    ascii,
    ...[json, ascii].map((text) => JSON.stringify(text).slice(1, -1)),
    html,
    url,
    strictUrl,
    encodeURIComponent(url),
    hex,
    hex.replaceAll(/../g, '%$&'),
    hex.replaceAll(/..(?!$)/g, '$&:'),
    ...base64.flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_'), encodeURIComponent(text)]),
    bytes.toString('base64url'),
  ];
  return [...new Set(forms)].sort((a, b) => b.length - a.length);
}

/** The part that is the same in the base64 of any text that holds these bytes after `shift` others, modulo three. */
function insideBase64(bytes: Buffer, shift: number): string {
  const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
  return text.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
}

/** Text before an ellipsis may be the beginning of a truncated value. */
function withoutCutForms(text: string, forms: readonly string[]): string {
  return text.replaceAll(/[^…]+(?=…)/g, (before) => {
    const folded = before.toLowerCase();
    for (const form of forms) {
      const small = form.toLowerCase();
      for (let length = Math.min(small.length, folded.length); length >= SHORTEST_BEGINNING; length--) {
        if (folded.endsWith(small.slice(0, length))) return `${before.slice(0, -length)}${MARK}`;
      }
    }
    return before;
  });
}
