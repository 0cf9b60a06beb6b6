import { exitCodeOfChecks } from '../exit-codes.ts';
import {
  apiAccess,
  ConfigError,
  examineAccess,
  type FirstAnswers,
  firstFilesIn,
  INIT_OPTIONS,
  listTemplates,
  loadTemplate,
  refuseExisting,
  resolveInit,
  type ResolvedInit,
  TABLES,
  writeFirstFiles,
} from '../library.ts';
import { ask, type Question } from '../questions.ts';
import type { CommandContext, CommandEnd } from './context.ts';
import { checkLines } from './doctor.ts';

const tables = Object.values(TABLES);

/**
 * Writes a configuration and a job file that can be run as they are, and checks key and API with one request. On a
 * terminal it asks for whatever no flag says; it never asks for the key itself. Nothing that exists is overwritten
 * without --force. Exit code 2 or 3 where the check failed: the files are there all the same.
 */
export async function runInit(flags: Readonly<Record<string, unknown>>, context: CommandContext): CommandEnd {
  const { terminal, env, signal } = context;
  const init = resolveInit({ flags, env });
  await refuseExisting(init.dir, init.force);
  const answers = await answersOf(init, context);
  await loadTemplate(answers.template, { tables, baseDir: init.dir });
  await writeFirstFiles(init.dir, answers, init.force);
  const files = firstFilesIn(init.dir);
  for (const path of Object.values(files)) terminal.note(`written: ${path}`);
  // The place stands for a flag: a key file that was named wins over the environment, as it will for the job.
  const origin = answers.apiKeyFile === null ? 'default' : 'flag';
  const access = await apiAccess(
    { value: answers.baseUrl, origin: 'file', place: '--base-url' },
    { value: answers.apiKeyFile, origin, place: '--api-key-file' },
    env,
    init.dir,
  );
  if ('key' in access.found) terminal.protect(access.found.key);
  const checks = await examineAccess(access, signal);
  for (const line of checkLines(checks)) terminal.note(line);
  const code = exitCodeOfChecks(checks);
  for (const line of nextLines(init.dir, code)) terminal.note(line);
  await terminal.result(files.jobs);
  return code;
}

function nextLines(dir: string, code: number): string[] {
  const inFolder = dir === '.' ? '' : `cd ${dir} && `;
  const steps = [
    ...(code === 0 ? [] : [['detect-report doctor', 'until it has nothing to say']]),
    ['detect-report run jobs.yaml --dry-run', 'what would be made'],
    ['detect-report run jobs.yaml', 'makes what is due; docs/operations.md: by cron, systemd, Kubernetes'],
  ];
  const width = Math.max(...steps.map(([command = '']) => command.length));
  return ['next:', ...steps.map(([command = '', what = '']) => `  ${inFolder}${command.padEnd(width)}  # ${what}`)];
}

async function answersOf(init: ResolvedInit, { terminal, env, signal }: CommandContext): Promise<FirstAnswers> {
  const isAsking = !init.yes && process.stdin.isTTY && terminal.isInteractive;
  if (!isAsking) return init.answers;
  const names = ['api-key-file', 'every', 'timezone', 'template', 'out'] as const;
  const hasKey = (env[init.answers.keyVariable] ?? '').trim() !== '';
  const asked = names.filter((name) => !init.given.has(name) && !(name === 'api-key-file' && hasKey));
  const known = (await listTemplates({ tables })).map(({ name }) => name);
  const questions = asked.map((name) => questionOf(name, known, init));
  const given = await ask(process.stdin, process.stderr, terminal, signal, questions);
  const answer = (name: (typeof names)[number]): string | undefined => given[asked.indexOf(name)];
  const keyFile = answer('api-key-file');
  return {
    ...init.answers,
    apiKeyFile: keyFile === undefined || keyFile === '' ? init.answers.apiKeyFile : keyFile,
    every: INIT_OPTIONS.every.type.read(answer('every') ?? init.answers.every),
    timezone: answer('timezone') ?? init.answers.timezone,
    template: answer('template') ?? init.answers.template,
    out: answer('out') ?? init.answers.out,
  };
}

function questionOf(
  name: 'api-key-file' | 'every' | 'timezone' | 'template' | 'out',
  templates: readonly string[],
  { answers, dir }: ResolvedInit,
): Question {
  switch (name) {
    case 'api-key-file':
      return { text: 'File that holds the API key (none: RESEMBLE_API_KEY)', initial: '', read: (answer) => answer };
    case 'every':
      return {
        text: 'A report of every month, week or day',
        initial: answers.every,
        read: (answer) => readWord(name, answer),
      };
    case 'timezone':
      return {
        text: 'Time zone whose months and days are meant',
        initial: answers.timezone,
        read: (answer) => readWord(name, answer),
      };
    case 'template':
      return {
        text: `Template (${templates.join(', ')}, or a path)`,
        initial: answers.template,
        read: async (answer) => {
          await loadTemplate(answer, { tables, baseDir: dir });
          return answer;
        },
      };
    case 'out':
      return { text: 'Folder for the reports', initial: answers.out, read: (answer) => readWord(name, answer) };
  }
}

function readWord(name: 'every' | 'timezone' | 'out', answer: string): string {
  try {
    return INIT_OPTIONS[name].type.read(answer);
  } catch (error) {
    throw new ConfigError(error instanceof Error ? error.message : '');
  }
}
