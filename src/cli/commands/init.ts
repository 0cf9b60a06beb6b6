import { ConfigError, INIT_OPTIONS } from '../../config/command-line.ts';
import { resolvePath } from '../../config/paths.ts';
import { apiAccess, type FirstAnswers, firstAnswers } from '../../config/resolve-commands.ts';
import type { CommandCall, CommandEnd } from '../command.ts';
import { exitCodeOfChecks } from '../exit-codes.ts';
import {
  examineAccess,
  firstFilesIn,
  listTemplates,
  loadTemplate,
  refuseExisting,
  TABLES,
  writeFirstFiles,
} from '../library.ts';
import { ask, type Question } from '../questions.ts';
import { checkLines } from './doctor.ts';

type InitCall = CommandCall<typeof INIT_OPTIONS>;

const tables = Object.values(TABLES);

/**
 * Writes a configuration and a job file that can be run as they are, and checks key and API with one request. On a
 * terminal it asks for what no flag says, but never for the key itself. Overwrites files only with --force. Exit code 2
 * or 3 if the check failed; the files are written in any case.
 */
export async function runInit(call: InitCall): CommandEnd {
  const { terminal, env, signal } = call;
  const { dir, force } = call.values;
  await refuseExisting(dir, force);
  const answers = await answersOf(call);
  await loadTemplate(answers.template, { tables, baseDir: dir });
  await writeFirstFiles(dir, answers, force);
  const files = firstFilesIn(dir);
  for (const path of Object.values(files)) terminal.note(`written: ${path}`);
  // Treated like a flag: a named key file wins over the environment, as it will for the job.
  const origin = answers.apiKeyFile === null ? 'default' : 'flag';
  const keyFile = answers.apiKeyFile === null ? null : resolvePath(dir, answers.apiKeyFile);
  const access = await apiAccess(
    { value: answers.baseUrl, origin: 'file', place: '--base-url' },
    { value: keyFile, origin, place: '--api-key-file' },
    env,
  );
  if ('key' in access.found) terminal.protect(access.found.key);
  const checks = await examineAccess(access, signal);
  for (const line of checkLines(checks)) terminal.note(line);
  const code = exitCodeOfChecks(checks);
  for (const line of nextLines(dir, call.folder, code)) terminal.note(line);
  await terminal.result(files.jobs);
  return code;
}

function nextLines(dir: string, folder: string, code: number): string[] {
  const inFolder = dir === (folder === '' ? '.' : folder) ? '' : `cd ${dir} && `;
  const steps = [
    ...(code === 0 ? [] : [['detect-report doctor', 'until it has nothing to say']]),
    ['detect-report run jobs.yaml --dry-run', 'what would be made'],
    ['detect-report run jobs.yaml', 'makes what is due; docs/operations.md: by cron, systemd, Kubernetes'],
  ];
  const width = Math.max(...steps.map(([command = '']) => command.length));
  return ['next:', ...steps.map(([command = '', what = '']) => `  ${inFolder}${command.padEnd(width)}  # ${what}`)];
}

async function answersOf({ terminal, env, settings, signal, stderr, stdin, values }: InitCall): Promise<FirstAnswers> {
  const defaults = firstAnswers(values, env);
  const isAsking = !values.yes && stdin.isTTY && terminal.isInteractive;
  if (!isAsking) return defaults;
  const names = ['api-key-file', 'every', 'timezone', 'template', 'out'] as const;
  const hasKey = (env[defaults.keyVariable] ?? '').trim() !== '';
  const asked = names.filter((name) => settings[name].origin === 'default' && !(name === 'api-key-file' && hasKey));
  const known = (await listTemplates({ tables })).map(({ name }) => name);
  const questions = asked.map((name) => questionOf(name, known, defaults, values.dir));
  const given = await ask(stdin, stderr, terminal, signal, questions);
  const answer = (name: (typeof names)[number]): string | undefined => given[asked.indexOf(name)];
  const keyFile = answer('api-key-file');
  return {
    ...defaults,
    apiKeyFile: keyFile === undefined || keyFile === '' ? defaults.apiKeyFile : keyFile,
    every: INIT_OPTIONS.every.type.read(answer('every') ?? defaults.every),
    timezone: answer('timezone') ?? defaults.timezone,
    template: answer('template') ?? defaults.template,
    out: answer('out') ?? defaults.out,
  };
}

function questionOf(
  name: 'api-key-file' | 'every' | 'timezone' | 'template' | 'out',
  templates: readonly string[],
  answers: FirstAnswers,
  dir: string,
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
        text: 'Time zone that defines days and months',
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
