import { randomUUID } from 'node:crypto';
import { ConfigError, OutputError, type Secret, terminalSafe } from '../config/command-line.ts';
import type { MessageSettings } from '../config/resolve.ts';

/**
 * The only way to stdout and stderr. Makes lines safe before it writes them: no control or bidirectional character from
 * outside reaches a terminal or a log, and no key does. A reader that closes the pipe (`| head`) ends the writing, not
 * the run.
 */
export class Terminal {
  /** A UUID that joins the lines of one run. */
  readonly runId: string = randomUUID();
  readonly #startedMs = performance.now();
  readonly #stdout: NodeJS.WriteStream;
  readonly #stderr: NodeJS.WriteStream;
  readonly #gone = new Set<NodeJS.WriteStream>();
  readonly #secrets: Secret[] = [];

  constructor(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    // Without a listener, a closed pipe ends the process with a stack trace. `#write` sees the failure.
    for (const stream of [stdout, stderr]) stream.on('error', () => this.#gone.add(stream));
  }

  /** Replaces this value in all later output. */
  protect(secret: Secret): void {
    if (!this.#secrets.some((known) => known.reveal() === secret.reveal())) this.#secrets.push(secret);
  }

  get seconds(): number {
    return (performance.now() - this.#startedMs) / 1_000;
  }

  get isInteractive(): boolean {
    return this.#stderr.isTTY;
  }

  /** Width of the terminal in characters; 0 from the terminal means unknown. */
  get columns(): number {
    return this.#stderr.columns > 0 ? this.#stderr.columns : 80;
  }

  /** One line of the result. Throws `OutputError` if stdout is a file that cannot take it. */
  async result(line: string): Promise<void> {
    await this.#write(this.#stdout, `${this.safe(line)}\n`);
  }

  /** One line of data: as it is for a pipe or a file, made safe for a terminal. Throws as `result`. */
  async data(line: string): Promise<void> {
    await (this.#stdout.isTTY ? this.result(line) : this.#write(this.#stdout, Buffer.from(`${line}\n`)));
  }

  /** One line of JSON, which stays JSON: what could control a terminal is escaped in its own way. Throws as `result`. */
  async json(value: unknown): Promise<void> {
    const text = JSON.stringify(value);
    await this.result(text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, escaped));
  }

  /**
   * Bytes exactly as they are, to stdout, for a pipe or a file. Throws `ConfigError` if stdout is a terminal: the bytes
   * may come from uploaders.
   */
  async bytes(bytes: Uint8Array): Promise<void> {
    if (this.#stdout.isTTY) {
      throw new ConfigError('Raw bytes are not written to a terminal.', {
        remedy: 'Send them on, e.g. to sha256sum or to a file: … | sha256sum',
      });
    }
    await this.#write(this.#stdout, bytes);
  }

  /** A text of our own with line breaks, e.g. a help page, to stdout. */
  async page(text: string): Promise<void> {
    for (const line of text.trimEnd().split('\n')) await this.result(line);
  }

  note(line: string): void {
    this.#write(this.#stderr, `${this.safe(line)}\n`).catch(() => undefined);
  }

  /**
   * One line of a JSON log to stderr. `run_id` is this process's unless the fields have another: each of several runs
   * in one process has its own.
   */
  log(event: string, fields: Readonly<Record<string, unknown>>): void {
    this.note(logLine(new Date(), event, { run_id: this.runId, ...fields }));
  }

  /** A line to stderr, or to the JSON log. */
  tell(level: 'info' | 'warning', text: string, { 'log-format': format }: MessageSettings): void {
    if (format === 'json') this.log('note', { level, text });
    else this.note(`${level === 'info' ? 'note' : level}: ${text}`);
  }

  /** Redraws the last line of an interactive stderr; an empty text clears it. Cut to the terminal's width. */
  redraw(line: string): void {
    const cut = this.safe(line).slice(0, Math.max(0, this.columns - 1));
    // Carriage return and "erase line" (ECMA-48, EL 2): the only control sequence that this program writes.
    this.#write(this.#stderr, `\r\u001b[2K${cut}`).catch(() => undefined);
  }

  /** The line without anything that could control a terminal, and without the key. */
  safe(line: string): string {
    const redacted = this.#secrets.reduce((text, secret) => secret.redact(text), line);
    return terminalSafe(redacted);
  }

  async #write(stream: NodeJS.WriteStream, text: string | Uint8Array): Promise<void> {
    if (this.#gone.has(stream)) return;
    await new Promise<void>((resolve, reject) => {
      stream.write(text, (error: NodeJS.ErrnoException | null | undefined) => {
        const code = error?.code ?? 'unknown error';
        const isClosedPipe = code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED';
        if (error === null || error === undefined || isClosedPipe) return resolve();
        const remedy = 'Check where stdout leads, and whether there is space.';
        reject(new OutputError(`The result could not be written to stdout (${code}).`, { remedy, cause: error }));
      });
    });
  }
}

/**
 * One line of a JSON log (NDJSON): when, what, and its fields. Everything beyond ASCII is escaped, so that no control
 * or bidirectional character reaches a reader of the raw log; a JSON parser restores the exact text.
 */
function logLine(time: Date, event: string, fields: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify({ time: time.toISOString(), event, ...fields });
  return text.replaceAll(/[\u007f-\uffff]+/g, escaped);
}

/** Each code unit as `\uXXXX` (RFC 8259, section 7). */
function escaped(text: string): string {
  return text.replaceAll(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
