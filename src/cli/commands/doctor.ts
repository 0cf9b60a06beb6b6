import type { DOCTOR_OPTIONS } from '../../config/command-line.ts';
import { apiAccess } from '../../config/resolve-commands.ts';
import type { CommandCall, CommandEnd } from '../command.ts';
import { exitCodeOfChecks } from '../exit-codes.ts';
import { type Check, examine } from '../library.ts';

/** Checks the setup and says what prevents reports. Exit code 2 for this machine or its settings, 3 for the API. */
export async function runDoctor(call: CommandCall<typeof DOCTOR_OPTIONS>): CommandEnd {
  const { terminal, env, signal, settings, values } = call;
  const api = await apiAccess(settings['base-url'], settings['api-key-file'], env);
  if ('key' in api.found) terminal.protect(api.found.key);
  const checks = await examine({ outDir: values.out, api }, { signal, nodeVersion: process.versions.node });
  const code = exitCodeOfChecks(checks);
  if (values.json) {
    await terminal.result(JSON.stringify({ ok: code === 0, exit_code: code, checks }));
    return code;
  }
  for (const line of checkLines(checks)) await terminal.result(line);
  const problems = checks.filter(({ state }) => state === 'problem').length;
  const verdict = problems === 1 ? '1 problem.' : `${problems} problems.`;
  await terminal.result(problems === 0 ? 'A report can be made.' : verdict);
  return code;
}

/** For people: the state, what was found, and what to do. */
export function checkLines(checks: readonly Check[]): string[] {
  return checks.flatMap(({ state, text, remedy }) => [
    `${state.padEnd(7)}  ${text}`,
    ...(remedy === null ? [] : [`${''.padEnd(7)}  try: ${remedy}`]),
  ]);
}
