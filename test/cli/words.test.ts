import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Command } from '../../src/cli/command.ts';
import { COMMAND_NAMES, COMMANDS } from '../../src/cli/commands.ts';
import { parseWords } from '../../src/cli/parse.ts';
import { configFileOptions } from '../../src/config/options/index.ts';
import { ConfigError } from '../../src/core/errors.ts';
import { TOOL } from '../../src/platform/machine.ts';
import { runCli, runHere } from './run-cli.ts';

/** What a request for help, version or completion would print. */
async function textOf(...words: string[]): Promise<string> {
  const request = await parseWords(words);
  return request.kind === 'text' ? request.text : `no text but ${request.kind}`;
}

describe('help', () => {
  test('names every command, goes to stdout, and is in English whatever the locale', async () => {
    const { code, stdout, stderr } = await runCli(['--help'], { env: { LC_ALL: 'de_DE.UTF-8' } });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const text of ['export', 'sandbox', 'templates', 'completion', 'Show help']) expect(stdout).toContain(text);
  });

  test('of export shows groups, defaults and examples; of sandbox the faults there are', async () => {
    const help = await textOf('export', '--help');
    for (const text of [
      'Period:',
      '--month',
      '[default: monthly-compliance]',
      'detect-report export --source sandbox',
      'strict, leading, raw',
      'DETECT_REPORT_PAGE_SIZE',
      'never from a flag',
    ]) {
      expect(help).toContain(text);
    }
    expect(await textOf('sandbox', '--help')).toContain('truncated-gzip');
  });

  test.each(COMMAND_NAMES)('of %s names --config only if the command reads a configuration file', async (name) => {
    const { options, flagsOnly }: Command = COMMANDS[name];
    const help = await textOf(...name.split(' '), '--help');
    expect(help.includes(' --config ')).toBe(Object.keys(options).length > 0 && flagsOnly !== true);
    if (flagsOnly !== true) return;
    const args = Object.keys(COMMANDS[name].args);
    await expect(parseWords([...name.split(' '), ...args, '--config', 'x.yaml'])).rejects.toMatchObject({
      message: '--config is not an option.',
      remedy: `See detect-report ${name} --help.`,
    });
  });

  test('the version is the package’s', async () => {
    expect(await textOf('--version')).toBe(TOOL.version);
    expect(await textOf('export', '--version')).toBe(TOOL.version);
  });

  test.each(COMMAND_NAMES)('of %s: its own words, options and examples, none broken over two lines', async (name) => {
    const { examples, options, summary }: Command = COMMANDS[name];
    const help = await textOf(...name.split(' '), '--help');
    expect(help).toMatch(new RegExp(`^detect-report ${name}( |\n)`));
    for (const option of Object.keys(options)) expect(help).toContain(` --${option} `);
    const lines = help.split('\n');
    for (const [words, what] of examples) {
      expect(lines.filter((line) => line.startsWith(`  detect-report ${words}  `) && line.endsWith(what))).toHaveLength(
        1,
      );
    }
    expect(await textOf('--help')).toContain(` detect-report ${name.split(' ')[0]}`);
    expect(summary).toMatch(/[^.]$/);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100);
  });

  test('shows numbers as numbers', async () => {
    expect(await textOf('export', '--help')).toMatch(/--rate .*\[number\] \[default: 40\]/);
    expect(await textOf('sandbox', '--help')).toMatch(/--port .*\[number\] \[default: 0\]/);
    // The value itself stays the word that was given, for messages that repeat it.
    expect(await parseWords(['sandbox', '--port', '080'])).toMatchObject({ flags: { port: '080' } });
  });

  test('of export lists first what most people need, then the rest by group', async () => {
    const help = await textOf('export', '--help');
    const order = [...help.matchAll(/^ +(?:-h, )?--([a-z-]+) /gm)].map(([, name]) => name);
    const { first = [] } = COMMANDS.export;
    expect(order.slice(0, first.length)).toEqual(first);
    const groups = [...help.matchAll(/^([A-Z][a-z ]+):$/gm)].map(([, group]) => group);
    expect(groups).toEqual([
      'Most used',
      'Source',
      'Period',
      'Output',
      'Reading',
      'Sandbox',
      'Messages',
      'Options',
      'Examples',
    ]);
  });

  test('every option of a command that reads a configuration file is a key of that file', () => {
    const keys = Object.keys(configFileOptions());
    // `init` writes that file, the others take flags alone.
    const others = new Set<string>(['init', 'deliver', 'sample']);
    for (const name of COMMAND_NAMES.filter((command) => !others.has(command))) {
      expect(keys).toEqual(expect.arrayContaining(Object.keys(COMMANDS[name].options)));
    }
  });

  test('completion: the script, and the words it asks for', async () => {
    expect(await textOf('completion')).toContain('complete -o bashdefault');
    const words = (await textOf('--get-yargs-completions', 'detect-report', 'export', '--')).split('\n');
    expect(words).toEqual(expect.arrayContaining(['--month', '--csv-safety', '--no-snapshot']));
  });
});

const ONLY_OPTIONS = 'Unexpected argument: detect-report export takes only options.';

/** Words that are refused before anything is read, what is wrong, and what to do. */
const MISTYPED: readonly [words: readonly string[], problem: string, remedy: string][] = [
  [[], 'No command is named.', 'See detect-report --help.'],
  [['exprot'], 'That is not a command.', 'Did you mean export? See detect-report --help.'],
  [['export', '--zzz', '--yyy=1'], '--zzz and --yyy are not options.', 'See detect-report export --help.'],
  [['export', '--__proto__.x', '1'], '--__proto__.x is not an option.', 'See detect-report export --help.'],
  [
    ['export', '--constructor.prototype.y', '1'],
    '--constructor.prototype.y is not an option.',
    'See detect-report export --help.',
  ],
  [['export', '--month'], '--month needs a value.', 'See detect-report export --help.'],
  [['export', 'january'], ONLY_OPTIONS, 'See detect-report export --help.'],
  [['export', '--', 'january'], ONLY_OPTIONS, 'See detect-report export --help.'],
  [['export', '2024-01'], ONLY_OPTIONS, 'Did you mean --month 2024-01? See detect-report export --help.'],
  [['export', '--', '2024-01'], ONLY_OPTIONS, 'Did you mean --month 2024-01? See detect-report export --help.'],
  [['export', '2024-01-01'], ONLY_OPTIONS, 'Did you mean --from 2024-01-01? See detect-report export --help.'],
  [['export', 'last-month'], ONLY_OPTIONS, 'Did you mean --last-month? See detect-report export --help.'],
  [['export', 'csv,pdf'], ONLY_OPTIONS, 'Did you mean --format csv,pdf? See detect-report export --help.'],
  [
    ['init', 'week'],
    'Unexpected argument: detect-report init takes only options.',
    'Did you mean --every week? See detect-report init --help.',
  ],
  [['2024-01'], 'That is not a command.', 'Did you mean export --month 2024-01? See detect-report --help.'],
  [['--month', '2024-01'], 'No command is named.', 'Did you mean export --month? See detect-report --help.'],
  [
    ['verify', 'RUN', 'pub.pem'],
    'Unexpected argument: detect-report verify takes only <run> and options.',
    'See detect-report verify --help.',
  ],
  [['verify', 'RUN', '--month', '2024-01'], '--month is not an option.', 'See detect-report verify --help.'],
  [
    ['templates', 'list', 'all'],
    'Unexpected argument: detect-report templates list takes no argument.',
    'See detect-report templates list --help.',
  ],
  [['export', '--overwrite=maybe'], '--overwrite is a switch and takes no value.', 'Write --overwrite alone.'],
  [['templates'], 'No command is named.', 'See detect-report templates --help.'],
  [
    ['templates', 'shwo', 'x'],
    'That is not a command.',
    'Did you mean templates show? See detect-report templates --help.',
  ],
  [['jobs', 'jobs.yaml'], 'That is not a command.', 'See detect-report jobs --help.'],
];

/** Each argument that a command needs, as a call without it names it. */
const MISSING: readonly [words: readonly string[], noun: string][] = [
  [['run'], 'job file, e.g. jobs.yaml'],
  [['schedule'], 'job file, e.g. jobs.yaml'],
  [['enqueue'], 'job file, e.g. jobs.yaml'],
  [['jobs', 'check'], 'job file, e.g. jobs.yaml'],
  [['sql'], 'query in quotes'],
  [['combine'], 'run folder, e.g. output/monthly-compliance_2024-01'],
  [['deliver'], 'run folder, e.g. output/monthly-compliance_2024-01'],
  [['diff'], 'folder of the earlier run'],
  [['diff', 'output/A'], 'folder of the later run'],
  [['verify'], 'run folder, e.g. output/monthly-compliance_2024-01'],
  [['explain'], 'run folder, e.g. output/monthly-compliance_2024-01'],
  [['explain', 'output/A'], 'UUID of the detection'],
  [['sample'], 'run folder, e.g. output/monthly-compliance_2024-01'],
  [['templates', 'show'], 'name of a template, e.g. monthly-compliance'],
  [['templates', 'check'], 'template file, e.g. my-report.yaml'],
  [['templates', 'preview'], 'template file, e.g. my-report.yaml'],
];

describe('words are parsed without running anything', () => {
  test.each(MISSING)('%j: the missing argument is named', async (words, noun) => {
    const name = words.slice(0, ['jobs', 'templates'].includes(words[0] ?? '') ? 2 : 1).join(' ');
    const error = await parseWords(words).catch((failure: unknown) => failure);
    expect(error).toMatchObject({
      message: `Missing argument: ${noun}.`,
      remedy: `See detect-report ${name} --help.`,
    });
  });

  test('and no command has an argument without that', () => {
    const args = Object.values<Command>(COMMANDS).flatMap(({ args: own }) => Object.values(own));
    expect(MISSING).toHaveLength(args.filter(({ optional }) => optional !== true).length);
  });

  test.each(MISTYPED)('%j is refused', async (words, problem, remedy) => {
    const error = await parseWords(words).catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(ConfigError);
    expect(error).toMatchObject({ message: problem, remedy });
  });

  test('flags stay words, the last of two wins, absent ones are absent', async () => {
    expect(await parseWords(['export', '--rate', '5', '--rate=007', '--no-snapshot', '--json=false'])).toEqual({
      kind: 'export',
      args: {},
      flags: { rate: '007', 'no-snapshot': true, json: false },
    });
    expect(await parseWords(['templates', 'check', './my.yaml'])).toEqual({
      kind: 'templates check',
      args: { path: './my.yaml' },
      flags: {},
    });
    expect(await parseWords(['run', 'jobs.yaml', '--job', 'a', '--job=b,c'])).toEqual({
      kind: 'run',
      args: { file: 'jobs.yaml' },
      flags: { job: ['a', 'b,c'] },
    });
  });
});

/** Whole runs: words, the line that says what is wrong, and the one that says what to do. */
const WRONG: readonly [words: readonly string[], error: string, remedy: string][] = [
  [
    ['export', '--pagesize', '5'],
    '--pagesize is not an option.',
    'Did you mean --page-size? See detect-report export --help.',
  ],
  [
    ['sandbox', '--port', '70000'],
    '--port: "70000" is not a whole number from 0 to 65535.',
    'Give a whole number from 0 to 65535.',
  ],
  [['export', '--month', '2024-13'], '--month: "2024-13" is not a month.', 'Write a month as YYYY-MM, e.g. 2024-01.'],
  [
    ['export', '--source', 'sandbox', '--from', '2024-02-01', '--to', '2024-01-01'],
    'The period starts on 2024-02-01 but ends before 2024-01-01: it is empty.',
    'Give an end (--to) later than the start (--from); the end day itself is not part of the period.',
  ],
  [
    ['export', '--timezone', 'Mars/Olympus'],
    '--timezone: "Mars/Olympus" is not a time zone.',
    'Use an IANA name such as UTC or Europe/Berlin.',
  ],
  [
    ['export'],
    'No API key is set.',
    'Set RESEMBLE_API_KEY (or RESEMBLE_API_TOKEN), or give --api-key-file FILE; without a key, try --source sandbox.',
  ],
];

describe('words that cannot be followed: exit code 2, one line for what is wrong and one for what to do', () => {
  test.each(WRONG)('%j', async (words, error, remedy) => {
    expect(await runHere(words)).toEqual({ code: 2, stdout: '', stderr: `error: ${error}\n  try: ${remedy}\n` });
  });

  test('a key on the command line is refused without repeating it', async () => {
    for (const words of [['--api-key', 'canary'], ['--api-key=canary'], ['--token', 'canary'], ['canary']]) {
      const error = await parseWords(['export', ...words]).catch((failure: unknown) => failure);
      expect(inspect(error)).not.toContain('canary');
    }
    const { code, stderr } = await runHere(['export', '--api-key', 'canary', '--debug']);
    expect(code).toBe(2);
    expect(stderr).toContain('Never put a key on a command line: set RESEMBLE_API_KEY');
    expect(stderr).not.toContain('canary');
  });

  test('no control or bidirectional character of a value reaches the terminal', async () => {
    const { stderr } = await runHere(['export', '--month', '\u001b[2J\u202e\u0007']);
    expect(stderr).toContain('is not a month');
    expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  });

  test('--log-format json tells the same as one line of JSON, --debug adds the stack', async () => {
    const json = await runHere(['export', '--month', 'x', '--log-format', 'json']);
    expect(json.stderr.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(json.stderr)).toMatchObject({
      event: 'failed',
      level: 'error',
      kind: 'usage',
      message: '--month: "x" is not a month.',
      exitCode: 2,
    });
    const debug = await runHere(['export', '--month', 'x'], { env: { DETECT_REPORT_DEBUG: '1' } });
    expect(debug.stderr).toContain('    at ');
  });
});
