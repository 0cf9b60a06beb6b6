import { parseDrift, parseFaults, resolveSandbox, startSandbox } from '../library.ts';
import type { CommandContext, CommandEnd } from './context.ts';

/** Serves the documented endpoint until the process is told to stop; ends with that signal's `InterruptedError`. */
export async function runSandbox(flags: Readonly<Record<string, unknown>>, context: CommandContext): CommandEnd {
  const { terminal, env, signal } = context;
  const settings = await resolveSandbox({ flags, env });
  const sandbox = await startSandbox({
    port: settings.port,
    ...settings.generated,
    latencyMs: settings.latencyMs,
    ...(settings.rateLimit === null ? {} : { rateLimitPerSecond: settings.rateLimit }),
    ...(settings.faults === null ? {} : { faults: parseFaults(settings.faults) }),
    ...(settings.drift === null ? {} : { drift: parseDrift(settings.drift) }),
    ...(settings.pagesDir === null ? {} : { pagesDir: settings.pagesDir }),
  });
  const { quiet, logFormat } = settings.messages;
  const say = (level: 'info' | 'warning', text: string): void => {
    if (quiet && level === 'info') return;
    if (logFormat === 'json') terminal.log('note', { level, text });
    else terminal.note(text);
  };
  try {
    for (const file of sandbox.skippedFiles) say('warning', `warning: ${file} is no page and is not served`);
    await terminal.result(`listening on ${sandbox.url}`);
    say('info', `Any key will do: RESEMBLE_API_KEY=any detect-report export --base-url ${sandbox.url} --all`);
    await aborted(signal);
  } finally {
    await sandbox.close();
  }
  throw signal.reason;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => {
    signal.addEventListener('abort', resolve, { once: true });
  });
}
