import type { Terminal } from '../terminal.ts';

/** What a command works with: everything it may know of the process it runs in. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by the first SIGINT or SIGTERM, with an `InterruptedError` as its reason. */
  readonly signal: AbortSignal;
}

/** A command's end: the exit code. Failures are thrown. */
export type CommandEnd = Promise<number>;
