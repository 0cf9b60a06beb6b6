import { runDoctor } from './commands/doctor.ts';
import { runExplain } from './commands/explain.ts';
import { runExport } from './commands/export.ts';
import { runInit } from './commands/init.ts';
import { runDiff } from './commands/diff.ts';
import { checkJobs } from './commands/jobs.ts';
import { runDueJobs } from './commands/run.ts';
import { runSandbox } from './commands/sandbox.ts';
import type { CommandContext, CommandEnd } from './commands/context.ts';
import { runSchedule } from './commands/schedule.ts';
import { checkTemplate, listTemplateNames, showTemplate } from './commands/templates.ts';
import { runVerify } from './commands/verify.ts';
import { exitCodeOfError, NOT_FINISHED } from './exit-codes.ts';
import { failureFields, failureLines } from './failure.ts';
import { knownKeys } from './library.ts';
import { parseWords, type Request } from './parse.ts';
import { watchSignals } from './signals.ts';
import { Terminal } from './terminal.ts';

/**
 * The whole program: reads the words, runs the command, tells of a failure, sets the exit code. The code is a failure
 * from the start and becomes another one only when the command has ended, so that a lost callback, which ends Node
 * silently, is never a success.
 */
export async function runProgram(words: readonly string[], process: NodeJS.Process): Promise<void> {
  process.exitCode = NOT_FINISHED;
  const terminal = new Terminal(process.stdout, process.stderr);
  const { signal, stop } = watchSignals();
  try {
    // Before any word is read: a key may have been given in place of a path, a zone or a template.
    for (const key of await knownKeys(words, process.env)) terminal.protect(key);
    const request = await parseWords(words);
    process.exitCode = await runCommand(request, { terminal, env: process.env, signal });
  } catch (error) {
    const exitCode = exitCodeOfError(error);
    tell(error, exitCode, terminal, messageStyle(words, process.env));
    process.exitCode = exitCode;
  } finally {
    stop();
  }
}

function runCommand(request: Request, context: CommandContext): CommandEnd {
  switch (request.kind) {
    case 'text':
      return context.terminal.page(request.text).then(() => 0);
    case 'export':
      return runExport(request.flags, context);
    case 'verify':
      return runVerify(request.run, request.flags, context);
    case 'run':
      return runDueJobs(request.file, request.flags, context);
    case 'schedule':
      return runSchedule(request.file, request.flags, context);
    case 'jobs-check':
      return checkJobs(request.file, context);
    case 'diff':
      return runDiff(request.before, request.after, request.flags, context);
    case 'explain':
      return runExplain(request.run, request.uuid, request.flags, context);
    case 'init':
      return runInit(request.flags, context);
    case 'doctor':
      return runDoctor(request.flags, context);
    case 'sandbox':
      return runSandbox(request.flags, context);
    case 'templates-list':
      return listTemplateNames(context);
    case 'templates-show':
      return showTemplate(request.name, context);
    case 'templates-check':
      return checkTemplate(request.path, context);
  }
}

interface MessageStyle {
  readonly json: boolean;
  readonly debug: boolean;
}

/** How to tell of a failure, also of one in the words or the configuration file themselves. */
function messageStyle(words: readonly string[], env: NodeJS.ProcessEnv): MessageStyle {
  const format = words.findIndex((word) => word === '--log-format');
  const flag = format === -1 ? words.find((word) => word.startsWith('--log-format='))?.slice(13) : words[format + 1];
  return {
    json: (flag ?? env['DETECT_REPORT_LOG_FORMAT']) === 'json',
    debug: words.includes('--debug') || ['1', 'true'].includes(env['DETECT_REPORT_DEBUG'] ?? ''),
  };
}

function tell(error: unknown, exitCode: number, terminal: Terminal, style: MessageStyle): void {
  if (style.json) terminal.log('failed', failureFields(error, exitCode));
  else for (const line of failureLines(error, style.debug)) terminal.note(line);
}
