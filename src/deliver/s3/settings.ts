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
    access_key_id: SECRET_REFERENCE.optional().meta({
      description:
        'Variable or file that holds it; if it is left out, AWS_ACCESS_KEY_ID, else the role of the pod, container or machine',
    }),
    secret_access_key: SECRET_REFERENCE.optional().meta({
      description: 'Likewise; AWS_SECRET_ACCESS_KEY',
    }),
    session_token: SECRET_REFERENCE.optional().meta({
      description: 'Of temporary credentials; AWS_SESSION_TOKEN if the other two come from AWS_… too',
    }),
    kms_key: z
      .string()
      .regex(/^[\w:/.-]{1,2048}$/, { error: 'that is not the id, alias or ARN of a key.' })
      .optional()
      .meta({ description: 'KMS key that encrypts the objects: id, alias or ARN' }),
    lock_days: z.int().min(1).max(36_500).optional().meta({
      description: 'Object Lock: no one can overwrite or delete the objects for that many days',
    }),
    lock_mode: z.enum(['governance', 'compliance']).optional().meta({
      description: 'governance (by default) lets those with the right to it lift the lock, compliance no one',
    }),
    files: CHOSEN_FILES,
  })
  .refine((settings) => (settings.access_key_id === undefined) === (settings.secret_access_key === undefined), {
    error: 'access_key_id and secret_access_key belong together: give both or neither.',
  })
  .refine((settings) => settings.lock_mode === undefined || settings.lock_days !== undefined, {
    error: 'lock_mode needs lock_days.',
    path: ['lock_mode'],
  })
  .meta({ description: 'S3 or a server that speaks its protocol; manifest.json arrives last' });

export type S3Settings = z.output<typeof S3_SETTINGS>;
