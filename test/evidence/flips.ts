import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A byte of a run folder, by its place among all bytes of all files, and what to change it with. */
export interface Flip {
  readonly place: number;
  /** 1 to 255: exclusive or. */
  readonly mask: number;
}

export interface RunBytes {
  readonly total: number;
  /** Changes the byte while `use` runs; gives it the name of the file. */
  flipped<T>(flip: Flip, use: (file: string) => Promise<T>): Promise<T>;
}

/** All bytes of a run folder, each as likely to be chosen as any other. */
export async function bytesOf(run: string): Promise<RunBytes> {
  const files: { name: string; start: number }[] = [];
  let total = 0;
  for (const name of (await readdir(run)).sort()) {
    files.push({ name, start: total });
    total += (await stat(join(run, name))).size;
  }
  return {
    total,
    async flipped({ place, mask }, use) {
      const file = files.findLast(({ start }) => start <= place);
      if (file === undefined) throw new Error(`no byte ${place}`);
      const path = join(run, file.name);
      await flipByte(path, place - file.start, mask);
      try {
        return await use(file.name);
      } finally {
        await flipByte(path, place - file.start, mask);
      }
    },
  };
}

async function flipByte(path: string, at: number, mask: number): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    const byte = Buffer.alloc(1);
    const { bytesRead } = await handle.read(byte, 0, 1, at);
    if (bytesRead !== 1) throw new Error(`${path} has no byte ${at}`);
    byte[0] = (byte[0] ?? 0) ^ mask;
    await handle.write(byte, 0, 1, at);
  } finally {
    await handle.close();
  }
}
