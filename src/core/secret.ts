import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';

/** No key of the vendor's is shorter; what is, e.g. `any` before the sandbox, is part of ordinary words. */
const SHORTEST_REAL_KEY = 8;

/** A value that must never be shown. Every way of printing it by accident gives at most its last four characters. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself. Call this only where it is sent. */
  reveal(): string {
    return this.#value;
  }

  /** For people who need to know which key: `…cdef`; nothing of a key shorter than 16 characters. */
  hint(): string {
    return this.#value.length >= 16 ? `…${this.#value.slice(-4)}` : '…';
  }

  /** HMAC-SHA-256 (hex) of a text under the value: tells whether two secrets are the same one, and nothing else. */
  seal(text: string): string {
    return createHmac('sha256', this.#value).update(text).digest('hex');
  }

  /**
   * The text with every occurrence of the value, raw, URL-encoded or base64, replaced; of a value of less than eight
   * characters, every one that is a word of its own.
   */
  redact(text: string): string {
    const value = this.#value;
    if (value === '') return text;
    const forms = [value, encodeURIComponent(value), Buffer.from(value).toString('base64')].map(literally).join('|');
    const pattern = value.length < SHORTEST_REAL_KEY ? `(?<!\\w)(?:${forms})(?!\\w)` : forms;
    return text.replaceAll(new RegExp(pattern, 'g'), '[key]');
  }

  toString(): string {
    return '[key]';
  }

  toJSON(): string {
    return '[key]';
  }

  [inspect.custom](): string {
    return '[key]';
  }
}

/** As a regular expression that matches just this text. */
function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
