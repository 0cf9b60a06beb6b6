import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError, InvariantError, OutputError } from '../../src/core/errors.ts';
import { RunFolder } from '../../src/seal/run-folder/run-folder.ts';
import { failureOf, NAME, OutFolder, writeTo } from './folders.ts';

let out: OutFolder;
beforeEach(async () => {
  out = await OutFolder.make();
});
afterEach(async () => {
  await out.remove();
});

describe('a run folder', () => {
  it('appears when everything is in it, and nothing else stays', async () => {
    const folder = await out.open();
    await writeTo(folder, 'one.csv', 'a,b\r\n');
    await writeTo(folder, 'two.json', '{}');
    expect(await readdir(out.path)).not.toContain(NAME);
    await folder.publish();
    expect(await readdir(out.at(NAME))).toEqual(['one.csv', 'two.json']);
    await folder.cleanUp();
    expect(await out.list()).toEqual([`${NAME}/`, `${NAME}/one.csv`, `${NAME}/two.json`]);
    expect(await out.read(`${NAME}/one.csv`)).toBe('a,b\r\n');
    expect(folder.path).toBe(out.at(NAME));
  });

  it('knows what was sealed in it, and nothing of a file that was never completed', async () => {
    const folder = await out.open();
    await writeTo(folder, 'one.csv', 'a,b\r\n');
    const sha256 = createHash('sha256').update('a,b\r\n').digest('hex');
    expect(folder.sealed('one.csv', 7)).toEqual({
      name: 'one.csv',
      bytes: 5,
      rows: 7,
      sha256,
    });
    await folder.create('open.csv');
    for (const name of ['open.csv', 'missing.csv']) expect(() => folder.sealed(name)).toThrow(InvariantError);
    await folder.abandon();
  });

  it('gives sinks scratch files that are read once and never become part of the run', async () => {
    const folder = await out.open();
    const scratch = await folder.scratch();
    await scratch.append(Buffer.from('on '));
    await scratch.append(Buffer.from('the way'));
    const chunks: Uint8Array[] = [];
    for await (const chunk of scratch.read()) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('on the way');
    const left = (await out.list())?.filter((path) => path.includes('scratch/') && !path.endsWith('/'));
    expect(left).toEqual([]);
    await folder.publish();
    await folder.cleanUp();
    expect(await out.list()).toEqual([`${NAME}/`]);
  });

  it('reads scratch files back in chunks that share their memory', async () => {
    const folder = await out.open();
    const scratch = await folder.scratch();
    const content = Buffer.from(Array.from({ length: 150_000 }, (_, index) => `${index}\n`).join(''));
    await scratch.append(content);
    const chunks: Buffer[] = [];
    const memories = new Set<ArrayBufferLike>();
    for await (const chunk of scratch.read()) {
      chunks.push(Buffer.from(chunk));
      memories.add(chunk.buffer);
    }
    expect(chunks.length).toBeGreaterThan(2);
    expect(Buffer.concat(chunks).equals(content)).toBe(true);
    expect(memories.size).toBe(1);
    await folder.abandon();
  });

  it('can lose a file again before it is published', async () => {
    const folder = await out.open();
    await writeTo(folder, 'records.zip', 'x');
    expect(await readFile(folder.pathOf('records.zip'), 'utf8')).toBe('x');
    await folder.remove('records.zip');
    await folder.publish();
    await folder.cleanUp();
    expect(await out.list()).toEqual([`${NAME}/`]);
  });
});

describe('a run that exists', () => {
  it('is never changed without overwrite, and nothing is left beside it', async () => {
    await out.publish('old');
    const error = await failureOf(out.open());
    expect(error).toBeInstanceOf(ConfigError);
    expect(error).toMatchObject({
      place: { file: out.at(NAME) },
      remedy: expect.stringContaining('--overwrite') as string,
    });
    expect(await out.list()).toEqual([`${NAME}/`, `${NAME}/report.txt`]);
    expect(await out.read(`${NAME}/report.txt`)).toBe('old');
  });

  it('that appears while this one works is not replaced either', async () => {
    const folder = await out.open();
    await mkdir(out.at(NAME));
    await writeFile(out.at(`${NAME}/theirs`), 'theirs');
    await expect(folder.publish()).rejects.toThrow(ConfigError);
    await folder.abandon();
    expect(await out.list()).toEqual([`${NAME}/`, `${NAME}/theirs`]);
  });

  it('stays until the new one is complete, and is replaced by it', async () => {
    await out.publish('old');
    const folder = await out.open({ overwrite: true });
    await writeTo(folder, 'report.txt', 'new');
    expect(await out.read(`${NAME}/report.txt`)).toBe('old');
    await folder.publish();
    expect(await out.read(`${NAME}/report.txt`)).toBe('new');
    await folder.cleanUp();
    expect(await out.list()).toEqual([`${NAME}/`, `${NAME}/report.txt`]);
  });

  it('stays where the new one is given up', async () => {
    await out.publish('old');
    const folder = await out.open({ overwrite: true });
    await writeTo(folder, 'report.txt', 'new');
    await folder.abandon();
    expect(await out.list()).toEqual([`${NAME}/`, `${NAME}/report.txt`]);
    expect(await out.read(`${NAME}/report.txt`)).toBe('old');
  });
});

/** What a run that dies after the first rename of a replacement leaves. */
async function dieBetweenRenames(): Promise<void> {
  await mkdir(out.at(`.${NAME}.work/0123456789abcdef/run`), { recursive: true });
  await rename(out.at(NAME), out.at(`.${NAME}.work/0123456789abcdef/old`));
}

describe('a run that died', () => {
  it('between the two renames left the old one in its folder: the next run puts it back', async () => {
    await out.publish('old');
    await dieBetweenRenames();
    await expect(out.open()).rejects.toThrow(ConfigError);
    expect(await out.read(`${NAME}/report.txt`)).toBe('old');
    await out.publish('new', { overwrite: true });
    expect(await out.list()).toEqual([`${NAME}/`, `${NAME}/report.txt`]);
    expect(await out.read(`${NAME}/report.txt`)).toBe('new');
  });

  it('between the two renames is given up: the old one is back at once', async () => {
    await out.publish('old');
    const folder = await out.open({ overwrite: true });
    const [own = ''] = await readdir(out.at(`.${NAME}.work`));
    await rename(out.at(NAME), out.at(`.${NAME}.work/${own}/old`));
    await folder.abandon();
    expect(await out.list()).toEqual([`${NAME}/`, `${NAME}/report.txt`]);
  });

  it('after the second rename left two: the next run removes the older', async () => {
    await out.publish('older');
    await mkdir(out.at(`.${NAME}.work/0123456789abcdef`), { recursive: true });
    await rename(out.at(NAME), out.at(`.${NAME}.work/0123456789abcdef/old`));
    await mkdir(out.at(NAME));
    await writeFile(out.at(`${NAME}/report.txt`), 'newer');
    await expect(out.open()).rejects.toThrow(ConfigError);
    expect(await out.list()).toEqual([`${NAME}/`, `${NAME}/report.txt`]);
    expect(await out.read(`${NAME}/report.txt`)).toBe('newer');
  });

  it('leaves nothing behind the next good run', async () => {
    await mkdir(out.at(`.${NAME}.work/run`), { recursive: true });
    await writeFile(out.at(`.${NAME}.work/run/report.txt`), 'torn');
    await out.publish('good');
    expect(await out.list()).toEqual([`${NAME}/`, `${NAME}/report.txt`]);
    expect(await out.read(`${NAME}/report.txt`)).toBe('good');
  });
});

describe('a run that is given up', () => {
  it('leaves nothing, not even the folders that were made for it', async () => {
    const outDir = join(out.path, 'a', 'b');
    const folder = await RunFolder.open({ outDir, name: NAME, overwrite: false });
    await folder.create('half.csv').then((output) => output.append(Buffer.from('half')));
    await folder.scratch();
    await folder.abandon();
    expect(await out.list()).toBeNull();
  });

  it('leaves a parent that was there, or that holds something by now', async () => {
    await mkdir(out.path);
    await (await out.open()).abandon();
    expect(await out.list()).toEqual([]);
    const folder = await RunFolder.open({ outDir: out.at('new'), name: NAME, overwrite: false });
    await writeFile(out.at('new/theirs'), '');
    await folder.abandon();
    expect(await out.list()).toEqual(['new/', 'new/theirs']);
  });
});

describe('a path', () => {
  it.each(['', '.', '..', '../x', '/x', 'a/b', 'a\\b', 'a\0b', '.hidden', 'C:x', 'a\nb'])(
    'that leads elsewhere names no run and no file: %j',
    async (name) => {
      expect(await failureOf(out.open({ name }))).toBeInstanceOf(ConfigError);
      expect(await out.list()).toBeNull();
      const folder = await out.open();
      expect(await failureOf(folder.create(name))).toBeInstanceOf(InvariantError);
      expect(await failureOf(folder.remove(name))).toBeInstanceOf(InvariantError);
      await folder.abandon();
      expect(await out.list()).toBeNull();
    },
  );

  it('through a link is never followed: what it points to stays as it is', async () => {
    await mkdir(out.path);
    await mkdir(out.beside('elsewhere'));
    await writeFile(out.beside('elsewhere/precious'), 'precious');
    for (const name of [NAME, `.${NAME}.work`]) await symlink(out.beside('elsewhere'), out.at(name));
    await expect(out.open()).rejects.toThrow(ConfigError);
    await out.publish('new', { overwrite: true });
    expect(await out.list()).toEqual([`${NAME}/`, `${NAME}/report.txt`]);
    expect(await readdir(out.beside('elsewhere'))).toEqual(['precious']);
    expect(await readFile(out.beside('elsewhere/precious'), 'utf8')).toBe('precious');
  });

  it('where nothing can be written is named, with a remedy', async () => {
    await writeFile(out.beside('output'), 'a file');
    const error = await failureOf(out.open());
    expect(error).toBeInstanceOf(OutputError);
    expect(error).toMatchObject({
      kind: 'output',
      place: { file: out.path },
      remedy: expect.stringMatching(/--out/) as string,
    });
  });
});
