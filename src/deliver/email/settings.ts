import * as z from 'zod';
import { isWholeLogin, LOGIN_PROBLEM, MAIL_KEYS } from '../smtp.ts';

export const EMAIL_SETTINGS = z
  .strictObject({
    kind: z.literal('email'),
    ...MAIL_KEYS,
    subject: z
      .string()
      .min(1)
      .max(150)
      .optional()
      .meta({ description: 'In front of period and verdicts; by default the report’s title' }),
    attach: z
      .array(z.string().regex(/^[\w][\w.-]{0,99}$/, { error: 'that is not the name of a file of a run.' }))
      .max(20)
      .default(['report.pdf', 'report.xlsx'])
      .meta({
        description: 'Files of the run to attach, those that it has',
      }),
    max_attachments_mb: z.number().min(0).max(100).default(10).meta({
      description: 'Beyond this size together (10^6 bytes, as e-mail encodes them), the summary goes alone and says so',
    }),
  })
  .refine(isWholeLogin, LOGIN_PROBLEM)
  .meta({ description: 'The summary by e-mail, with the report attached if it is small enough' });

export type EmailSettings = z.output<typeof EMAIL_SETTINGS>;
