import type { EXPORT_OPTIONS } from '../../config/command-line.ts';
import { type MessageSettings, readRunConfig } from '../../config/resolve.ts';
import type { CommandCall, CommandContext, CommandEnd } from '../command.ts';
import { exitCodeOfVerdict } from '../exit-codes.ts';
import { type RunResult, runReport, TABLES } from '../library.ts';
import { openProgress } from '../progress/progress.ts';
import { preliminaryText, remarksOfResult, summaryJson, summaryLines } from '../summary.ts';

/** The main job. The last line of stdout is the run folder's path, or stdout is the result as JSON. */
export async function runExport(call: CommandCall<typeof EXPORT_OPTIONS>): CommandEnd {
  const { terminal, env, folder, signal, settings } = call;
  const context = { nowMs: Date.now(), tables: Object.values(TABLES), baseDir: folder };
  const { config, messages, json, warnings } = await readRunConfig(settings, env, context);
  if (config.source.kind === 'api') terminal.protect(config.source.api.key);
  const progress = openProgress(messages, terminal);
  let result: RunResult;
  try {
    for (const text of warnings) progress.show({ kind: 'note', level: 'warning', text });
    result = await runReport(config, { emit: (event) => progress.show(event), signal });
  } finally {
    progress.end();
  }
  return await endWith(result, messages, json, call);
}

/** Prints the summary, and the path as the last line; returns the exit code. */
export async function endWith(
  result: RunResult,
  messages: MessageSettings,
  json: boolean,
  context: CommandContext,
): CommandEnd {
  summarise(result, messages, context);
  await context.terminal.result(json ? summaryJson(result) : result.folder);
  return exitCodeOfVerdict(result.certificate.verdict);
}

const READ_AGAIN =
  'Read the list again (--overwrite) when it moves less, or with a larger --page-size unless it was the largest.';

function summarise(result: RunResult, messages: MessageSettings, { terminal }: CommandContext): void {
  const { verdict, reason } = result.certificate;
  if (messages.logFormat === 'json') {
    if (!messages.quiet) terminal.log('done', { level: 'info', folder: result.folder, verdict });
  } else if (!messages.quiet) {
    for (const line of summaryLines(result, messages.verbose)) terminal.note(line);
  }
  const warn = (text: string): void => {
    if (messages.logFormat === 'json') terminal.log('note', { level: 'warning', text });
    else terminal.note(`warning: ${text}`);
  };
  // Compliance and deletions are in the summary; these two make every other figure look better than it is.
  for (const { text, about } of remarksOfResult(result)) {
    if (about === 'empty' || about === 'undated') warn(`${text}.`);
  }
  if (result.unfinished !== null) warn(preliminaryText(result.unfinished));
  if (verdict === 'unproven') warn(`The report is stamped INCOMPLETE: ${reason} ${READ_AGAIN}`);
}
