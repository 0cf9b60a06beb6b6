import * as z from 'zod';
import { SECRET_REFERENCE } from '../../core/secret-reference.ts';
import { HTTPS_ADDRESS } from '../../core/addresses.ts';

export const S3_SETTINGS = z
  .strictObject({
    kind: z.literal('s3'),
    bucket: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, {
        error: 'that is no name of a bucket (3 to 63 of a-z, 0-9, "." and "-").',
      })
      .meta({ description: 'Name of the bucket' }),
    prefix: z
      .string()
      .max(512)
      .regex(/^(?:[\w!'()*.=-]+\/)*[\w!'()*.=-]*$/, { error: 'use letters, digits, "-", "_", "." and "/", not first.' })
      .default('')
      .meta({ description: 'In front of RUN/FILE, e.g. detections/' }),
    region: z
      .string()
      .regex(/^[a-z0-9-]{1,40}$/)
      .default('us-east-1')
      .meta({ description: 'Region of the bucket; part of what is signed' }),
    endpoint: HTTPS_ADDRESS.optional().meta({
      description: 'Address of an S3-compatible server; without it, AWS in that region',
    }),
    path_style: z
      .boolean()
      .optional()
      .meta({ description: 'The bucket in the path, not in the host name; by default where an endpoint is named' }),
    access_key_id: SECRET_REFERENCE.default({ env: 'AWS_ACCESS_KEY_ID' }).meta({
      description: 'Variable or file that holds it; AWS_ACCESS_KEY_ID where it is left out',
    }),
    secret_access_key: SECRET_REFERENCE.default({ env: 'AWS_SECRET_ACCESS_KEY' }).meta({
      description: 'Likewise; AWS_SECRET_ACCESS_KEY where it is left out',
    }),
    session_token: SECRET_REFERENCE.optional().meta({ description: 'Of temporary credentials' }),
  })
  .meta({ description: 'S3 or a server that speaks its protocol; manifest.json arrives last' });

export type S3Settings = z.output<typeof S3_SETTINGS>;
