import * as z from 'zod';
import { HTTPS_ADDRESS, SECRET_REFERENCE } from '../../platform/addresses.ts';
import { isWholeLogin, LOGIN_PROBLEM, MAIL_KEYS } from '../smtp.ts';

const PING_ADDRESS = z.union([HTTPS_ADDRESS, SECRET_REFERENCE]);

/** `notify:` of a job: who is notified of its runs. A failed notification cannot fail a job. */
export const NOTIFY_SETTINGS = z
  .strictObject({
    healthcheck: PING_ADDRESS.optional().meta({
      description:
        'Address to ping, as healthchecks.io has it: ADDRESS/start, ADDRESS on success, ADDRESS/fail, each with ?rid=RUN_ID',
    }),
    slack: PING_ADDRESS.optional().meta({
      description:
        'Incoming webhook of Slack that gets a message on a failure, an unproven list or a crossed threshold',
    }),
    teams: PING_ADDRESS.optional().meta({
      description: 'Webhook of a Teams workflow that gets the same as an Adaptive Card',
    }),
    email: z
      .strictObject(MAIL_KEYS)
      .refine(isWholeLogin, LOGIN_PROBLEM)
      .optional()
      .meta({ description: 'Mail server, sender and recipients for the same; keys as for deliver: email' }),
    prometheus: z
      .union([
        z.strictObject({
          textfile: z.string().min(1).max(4096).meta({
            description: 'Folder of node_exporter’s textfile collector; detect_report_JOB.prom is written there',
          }),
        }),
        z.strictObject({ pushgateway: PING_ADDRESS.meta({ description: 'Address of a push gateway' }) }),
      ])
      .optional()
      .meta({ description: 'Metrics: a textfile folder, which must exist, or a push gateway' }),
  })
  .meta({ description: 'Who is notified of the runs of this job' });

export type NotifySettings = z.output<typeof NOTIFY_SETTINGS>;
