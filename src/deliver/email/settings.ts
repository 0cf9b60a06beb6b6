import * as z from 'zod';
import { SECRET_REFERENCE } from '../../platform/secret-reference.ts';

/** One plain address: no name, no list, nothing that could begin another header. */
const ADDRESS = z
  .string()
  .max(254)
  .regex(/^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/, {
    error: 'that is not an e-mail address: write name@example.com.',
  });

export const EMAIL_SETTINGS = z
  .strictObject({
    kind: z.literal('email'),
    host: z
      .string()
      .regex(/^[A-Za-z0-9](?:[A-Za-z0-9.:-]*[A-Za-z0-9])?$/, { error: 'that is not a host name.' })
      .meta({ description: 'The SMTP server' }),
    port: z.int().min(1).max(65_535).default(587).meta({ description: '465 speaks TLS at once, others by STARTTLS' }),
    helo: z
      .string()
      .max(255)
      .regex(/^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[(?:IPv6:)?[0-9A-Fa-f:.]{2,45}\])$/, {
        error: 'that is neither a host name nor an address in brackets, e.g. reports.example.com or [192.0.2.7].',
      })
      .optional()
      .meta({
        description: 'How this machine greets the server; by default its full name, or its address in brackets',
      }),
    user: z.string().min(1).max(254).optional().meta({ description: 'Who logs in, where the server wants it' }),
    password: SECRET_REFERENCE.optional().meta({ description: 'Variable or file that holds the password' }),
    from: ADDRESS.meta({ description: 'Address of the sender, alone' }),
    to: z.array(ADDRESS).min(1).max(50).meta({ description: 'Addresses of the recipients' }),
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
  .refine((settings) => (settings.user === undefined) === (settings.password === undefined), {
    error: 'user and password belong together: give both or neither.',
  })
  .meta({ description: 'The summary by e-mail, with the report attached if it is small enough' });

export type EmailSettings = z.output<typeof EMAIL_SETTINGS>;
