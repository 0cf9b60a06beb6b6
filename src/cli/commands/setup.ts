import { createInterface } from 'node:readline/promises';
import { ConfigError, type DOCTOR_OPTIONS, INIT_OPTIONS, InterruptedError } from '../../config/command-line.ts';
import { resolvePath } from '../../config/files.ts';
import { apiAccess, type FirstAnswers, firstAnswers } from '../../config/resolve-commands.ts';
import type { CommandCall, CommandEnd } from '../command.ts';
import { exitCodeOfChecks } from '../exit-codes.ts';
import type { Check } from '../../app/setup/checks.ts';
import { examine, examineAccess } from '../../app/setup/doctor.ts';
import { firstFilesIn, refuseExisting, writeFirstFiles } from '../../app/setup/first-files.ts';
import { listTemplates, loadTemplate } from '../../config/template.ts';
import { TABLES } from '../../render/transform/tables/tables.ts';

/** Checks the setup and says what prevents reports. Exit code 2 for this machine or its settings, 3 for the API. */
export async function runDoctor(call: CommandCall<typeof DOCTOR_OPTIONS>): CommandEnd {
  const { terminal, env, signal, settings, values } = call;
  const api = await apiAccess(settings['base-url'], settings['api-key-file'], env);
  if ('key' in api.found) terminal.protect(api.found.key);
  const checks = await examine(values.out, api, process.versions.node, signal);
  const code = exitCodeOfChecks(checks);
  if (values.json) {
    await terminal.json({ ok: code === 0, exit_code: code, checks });
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
  const named = answers['api-key-file'];
  const origin = named === null ? 'default' : 'flag';
  const keyFile = { value: named === null ? null : resolvePath(dir, named), origin, place: '--api-key-file' } as const;
  const access = await apiAccess({ value: answers['base-url'], origin: 'file', place: '--base-url' }, keyFile, env);
  if ('key' in access.found) terminal.protect(access.found.key);
  const checks = await examineAccess(access, signal);
  for (const line of checkLines(checks)) terminal.note(line);
  const code = exitCodeOfChecks(checks);
  for (const line of nextLines(dir, call.folder, code)) terminal.note(line);
  await terminal.result(files.jobs);
  return code;
}

function nextLines(dir: string, folder: string, code: number): string[] {
  const word = /^[\w./:@%+,~-]+$/.test(dir) ? dir : `'${dir.replaceAll("'", "'\\''")}'`;
  const inFolder = dir === (folder === '' ? '.' : folder) ? '' : `cd ${word} && `;
  const steps = [
    ...(code === 0 ? [] : [['detect-report doctor', 'until it finds no problem']]),
    ['detect-report run jobs.yaml --dry-run', 'what would be made'],
    ['detect-report run jobs.yaml', 'makes what is due; docs/operations.md: by cron, systemd, Kubernetes'],
  ];
  const width = Math.max(...steps.map(([command = '']) => command.length));
  return ['next:', ...steps.map(([command = '', what = '']) => `  ${inFolder}${command.padEnd(width)}  # ${what}`)];
}

async function answersOf(call: InitCall): Promise<FirstAnswers> {
  const { terminal, env, settings, stdin, values } = call;
  const defaults = firstAnswers(values, env);
  const isAsking = !values.yes && stdin.isTTY && terminal.isInteractive;
  if (!isAsking) return defaults;
  const hasKey = (env[defaults.keyVariable] ?? '').trim() !== '';
  const known = (await listTemplates({ tables })).map(({ name }) => name);
  const questions = questionsOf(known, defaults, values.dir).filter(
    ({ name }) => settings[name].origin === 'default' && !(name === 'api-key-file' && hasKey),
  );
  const given = await ask(call, questions);
  const answers = questions
    .map(({ name }, index) => [name, given[index]] as const)
    .filter(([, answer]) => answer !== '');
  return { ...defaults, ...(Object.fromEntries(answers) as Partial<FirstAnswers>) };
}

type Asked = 'api-key-file' | 'every' | 'timezone' | 'template' | 'out';

function questionsOf(
  templates: readonly string[],
  { every, timezone, template, out }: FirstAnswers,
  baseDir: string,
): (Question & { readonly name: Asked })[] {
  const word = (name: 'every' | 'timezone' | 'out', text: string, initial: string) => ({
    name,
    text,
    initial,
    read: (answer: string) => readWord(name, answer),
  });
  const keyText = 'File that holds the API key (none: RESEMBLE_API_KEY)';
  const checked = async (answer: string): Promise<string> => {
    await loadTemplate(answer, { tables, baseDir });
    return answer;
  };
  return [
    { name: 'api-key-file', text: keyText, initial: '', read: (answer) => answer },
    word('every', 'A report of every month, week or day', every),
    word('timezone', 'Time zone that defines days and months', timezone),
    { name: 'template', text: `Template (${templates.join(', ')}, or a path)`, initial: template, read: checked },
    word('out', 'Folder for the reports', out),
  ];
}

function readWord(name: 'every' | 'timezone' | 'out', answer: string): string {
  try {
    return INIT_OPTIONS[name].type.read(answer);
  } catch (error) {
    throw new ConfigError(error instanceof Error ? error.message : '');
  }
}

export interface Question {
  readonly text: string;
  readonly initial: string;
  /** Checks an answer and returns its value. On `ConfigError` the question is asked again. */
  readonly read: (answer: string) => string | Promise<string>;
}

/**
 * Asks questions on a terminal, on stderr: stdout is for the result. Throws `InterruptedError` if the person ends it
 * (Ctrl-C, Ctrl-D) or the signal is aborted.
 */
async function ask({ stdin, stderr, terminal, signal }: InitCall, questions: readonly Question[]): Promise<string[]> {
  const lines = createInterface({ input: stdin, output: stderr, terminal: true });
  const ended = new AbortController();
  const stop = (): void => ended.abort();
  lines.once('close', stop);
  lines.once('SIGINT', stop);
  const either = AbortSignal.any([ended.signal, signal]);
  const answers: string[] = [];
  try {
    for (const question of questions) answers.push(await askOne(question));
    return answers;
  } finally {
    lines.close();
  }

  async function askOne({ text, initial, read }: Question): Promise<string> {
    for (;;) {
      const shown = terminal.safe(initial === '' ? `${text}: ` : `${text} [${initial}]: `);
      const answer = await lines.question(shown, { signal: either }).catch(() => {
        throw signal.reason instanceof InterruptedError ? signal.reason : new InterruptedError('SIGINT');
      });
      try {
        return await read(answer.trim() === '' ? initial : answer.trim());
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        terminal.note(`  ${error.message}${error.remedy === undefined ? '' : ` ${error.remedy}`}`);
      }
    }
  }
}
