import * as z from 'zod';
import { CHOSEN_FILES } from '../chosen-files.ts';

export const DIRECTORY_SETTINGS = z
  .strictObject({
    kind: z.literal('directory'),
    path: z
      .string()
      .min(1)
      .max(4096)
      .refine((path) => !path.includes('\0'), { error: 'a path holds no NUL.' })
      .meta({ description: 'Folder that gets a copy of each run folder; relative to the job file' }),
    files: CHOSEN_FILES,
  })
  .meta({ description: 'A copy of the run folder in another folder, e.g. a mounted share' });

export type DirectorySettings = z.output<typeof DIRECTORY_SETTINGS>;
