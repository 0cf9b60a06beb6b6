import { join } from 'node:path';
import { DEFAULT_CONFIG_FILE } from '../../config/files.ts';
import type { FirstAnswers } from '../../config/resolve-commands.ts';
import { ConfigError } from '../../core/errors.ts';
import { exists, makeFolder, writeSmallFile } from '../../platform/files/folders.ts';
import { FORMATS } from '../../render/sinks/registry.ts';

/** When a job is due, and for which period. Early in the morning, but not at midnight, when other jobs start. */
const RHYTHM = {
  month: { job: 'monthly', schedule: '0 6 1 * *', words: 'at 06:00 on the 1st of each month', period: 'last-month' },
  week: { job: 'weekly', schedule: '0 6 * * 1', words: 'at 06:00 on Mondays', period: 'last-week' },
  day: { job: 'daily', schedule: '0 6 * * *', words: 'at 06:00 each day', period: 'last-day' },
} as const;

/** The content of detect-report.yaml, with remarks and examples as comments. */
export function configFile(answers: FirstAnswers): string {
  const { 'api-key-file': apiKeyFile, 'base-url': baseUrl, out, template, timezone } = answers;
  const isUsual = baseUrl === 'https://app.resemble.ai';
  return lines(
    '# Defaults of every detect-report command that is run in this folder.',
    '# Flags and variables of the environment win over this file; `detect-report export --help` lists the options.',
    '',
    '# The key never stands here. It comes from RESEMBLE_API_KEY, or from a file that only its user may read.',
    apiKeyFile === null ? '# api-key-file: resemble.key' : `api-key-file: ${quoted(apiKeyFile)}`,
    '',
    isUsual ? `# base-url: ${baseUrl}` : `base-url: ${quoted(baseUrl)}`,
    `template: ${quoted(template)}`,
    `timezone: ${quoted(timezone)}`,
    `out: ${quoted(out)}`,
    '',
    '# Requests per second and at the same time. The API allows 40 a second for each key.',
    '# rate: 40',
    '# concurrency: 4',
  );
}

/** The content of jobs.yaml, in the same way. */
export function jobsFile(answers: FirstAnswers): string {
  const { 'api-key-file': apiKeyFile, 'base-url': baseUrl, keyVariable, out, template, timezone } = answers;
  const { job, schedule, words, period } = RHYTHM[answers.every];
  return lines(
    '# What detect-report makes by itself: `detect-report run jobs.yaml` runs what is due and ends.',
    '# All keys: docs/jobs.md. Paths are relative to this file.',
    'jobs:',
    `  ${job}:`,
    `    # Five fields of cron, in the time zone below: ${words}. Run it more often than that:`,
    '    # what is not due does nothing, and missed periods are caught up.',
    `    schedule: "${schedule}"`,
    `    timezone: ${quoted(timezone)}`,
    `    period: ${period}`,
    '    # The first day to make reports for; without it, the first run makes the newest period alone.',
    '    # since: 2024-01-01',
    `    template: ${quoted(template)}`,
    `    out: ${quoted(out)}`,
    ...(baseUrl === 'https://app.resemble.ai' ? [] : [`    base_url: ${quoted(baseUrl)}`]),
    '',
    '    # Variable or file that holds the key, never the key itself.',
    `    api_key: { ${apiKeyFile === null ? `env: ${keyVariable}` : `file: ${quoted(apiKeyFile)}`} }`,
    '',
    '    # Formats other than the template’s.',
    `    # formats: [${FORMATS.join(', ')}]`,
    '',
    '    # Conditions that should not hold. If one does, the run is still made, with exit code 8.',
    '    # thresholds: ["fake_rate > 5%", "compliance.not_met > 0"]',
    '',
    '    # Where each sealed run goes, besides the folder above. Each is retried on its own.',
    '    # deliver:',
    '    #   - { kind: directory, path: /mnt/reports }',
    '    #   - { kind: s3, bucket: reports, prefix: detections/, region: eu-central-1 }',
    '    #   - kind: email',
    '    #     host: smtp.example.com',
    '    #     user: reports',
    '    #     password: { env: SMTP_PASSWORD }',
    '    #     from: reports@example.com',
    '    #     to: [compliance@example.com]',
    '    #   - { kind: webhook, url: "https://example.com/hooks/reports", secret: { env: WEBHOOK_SECRET } }',
    '',
    '    # Who is notified of the runs: a healthcheck that alarms when a report is missing, and metrics.',
    '    # notify:',
    '    #   healthcheck: { env: HEALTHCHECK_URL }',
    '    #   prometheus: { textfile: /var/lib/prometheus/node-exporter }',
  );
}

function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}

/** Double quotes as in JSON, which YAML 1.2 reads; a plain word stays unquoted. */
function quoted(text: string): string {
  return /^[A-Za-z][A-Za-z0-9_/-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text)
    ? text
    : JSON.stringify(text);
}

export function firstFilesIn(dir: string) {
  return { config: join(dir, DEFAULT_CONFIG_FILE), jobs: join(dir, 'jobs.yaml') };
}

/** Throws `ConfigError` if one of the files exists and may not be overwritten. */
export async function refuseExisting(dir: string, force: boolean): Promise<void> {
  if (force) return;
  for (const path of Object.values(firstFilesIn(dir))) {
    if (!(await exists(path))) continue;
    throw new ConfigError(`${path} exists already; nothing was written.`, {
      place: { file: path },
      remedy: 'Edit it, add --force to overwrite it, or choose another folder with --dir.',
    });
  }
}

/** Writes the configuration and the job file, each in one piece. Throws `ConfigError`, `OutputError`. */
export async function writeFirstFiles(dir: string, answers: FirstAnswers, force: boolean): Promise<void> {
  await refuseExisting(dir, force);
  await makeFolder(dir);
  const { config, jobs } = firstFilesIn(dir);
  await writeSmallFile(config, configFile(answers));
  await writeSmallFile(jobs, jobsFile(answers));
}
