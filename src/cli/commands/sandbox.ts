import { once } from 'node:events';
import type { SANDBOX_OPTIONS } from '../../config/command-line.ts';
import { generatedOf } from '../../config/resolve.ts';
import type { CommandCall, CommandEnd } from '../command.ts';
import { parseDrift } from '../../sandbox/list/changes.ts';
import { parseFaults } from '../../sandbox/faults/faults.ts';
import { startSandbox } from '../../sandbox/server.ts';

export { FAULT_GRAMMAR } from '../../sandbox/faults/faults.ts';

/** Serves the documented endpoint until the process gets a signal; ends with that signal's `InterruptedError`. */
export async function runSandbox(call: CommandCall<typeof SANDBOX_OPTIONS>): CommandEnd {
  const { terminal, signal, values } = call;
  const { faults, drift, pages, 'rate-limit': rateLimit } = values;
  const sandbox = await startSandbox({
    port: values.port,
    ...generatedOf(values),
    latencyMs: values.latency,
    ...(rateLimit === null ? {} : { rateLimitPerSecond: rateLimit }),
    ...(faults === null ? {} : { faults: parseFaults(faults) }),
    ...(drift === null ? {} : { drift: parseDrift(drift) }),
    ...(pages === null ? {} : { pagesDir: pages }),
  });
  const say = (level: 'info' | 'warning', text: string): void => {
    if (values.quiet && level === 'info') return;
    if (values['log-format'] === 'json') terminal.log('note', { level, text });
    else terminal.note(text);
  };
  try {
    for (const file of sandbox.skippedFiles) say('warning', `warning: ${file} is not a page and is not served`);
    await terminal.result(`listening on ${sandbox.url}`);
    say('info', `Any key will do: RESEMBLE_API_KEY=any detect-report export --base-url ${sandbox.url} --all`);
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await sandbox.close();
  }
  throw signal.reason;
}
