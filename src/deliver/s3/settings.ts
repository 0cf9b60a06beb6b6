import * as z from 'zod';
import { SECRET_REFERENCE } from '../../platform/secret-reference.ts';
import { HTTPS_ADDRESS } from '../../platform/http/addresses.ts';
import { CHOSEN_FILES } from '../chosen-files.ts';

export const S3_SETTINGS = z
  .strictObject({
    kind: z.literal('s3'),
    bucket: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/, {
        error: 'that is not the name of a bucket: 3 to 255 letters, digits, ".", "-" and "_".',
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
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, {
        error: 'that is not the name of a region: letters, digits, "-", "_" and ".", e.g. eu-central-1 or RegionOne.',
      })
      .default('us-east-1')
      .meta({ description: 'Region of the bucket; part of what is signed' }),
    endpoint: HTTPS_ADDRESS.optional().meta({
      description: 'Address of an S3-compatible server; without it, AWS in that region',
    }),
    path_style: z.boolean().optional().meta({
      description:
        'The bucket in the path, not in the host name; the default if an endpoint is named, or the bucket’s name does not fit in a host name',
    }),
    access_key_id: SECRET_REFERENCE.default({ env: 'AWS_ACCESS_KEY_ID' }).meta({
      description: 'Variable or file that holds it; by default AWS_ACCESS_KEY_ID',
    }),
    secret_access_key: SECRET_REFERENCE.default({ env: 'AWS_SECRET_ACCESS_KEY' }).meta({
      description: 'Likewise; by default AWS_SECRET_ACCESS_KEY',
    }),
    session_token: SECRET_REFERENCE.optional().meta({
      description: 'Of temporary credentials; AWS_SESSION_TOKEN, if it is set, where the other two come from AWS_… too',
    }),
    files: CHOSEN_FILES,
  })
  .meta({ description: 'S3 or a server that speaks its protocol; manifest.json arrives last' });

export type S3Settings = z.output<typeof S3_SETTINGS>;
