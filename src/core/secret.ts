import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';

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

  /** The text with every occurrence of the value, raw, URL-encoded or base64, replaced. */
  redact(text: string): string {
    let clean = text;
    for (const form of [this.#value, encodeURIComponent(this.#value), Buffer.from(this.#value).toString('base64')]) {
      if (form.length > 0) clean = clean.replaceAll(form, '[key]');
    }
    return clean;
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
