import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { open, readFile, stat, writeFile } from 'node:fs/promises';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { outputFailure } from '../../src/platform/files/output-failure.ts';
import { OutputError } from '../../src/core/errors.ts';
import { FileOutput } from '../../src/platform/files/file-output.ts';
import { failureOf, OutFolder } from './folders.ts';
import { COMPILED } from './openers.ts';

let out: OutFolder;
beforeEach(async () => {
  out = await OutFolder.make();
});
afterEach(async () => {
  await out.remove();
});

describe('a file of a run', () => {
  it('holds what was appended, and knows its size and hash', async () => {
    let serial = 0;
    const chunks = fc.array(fc.oneof(fc.integer({ min: 0, max: 50 }), fc.constantFrom(262_143, 262_144, 300_000)), {
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(chunks, async (sizes) => {
        const path = out.beside(`file-${serial++}`);
        const parts = sizes.map((size, index) => Buffer.alloc(size, `${index}.`));
        const output = await FileOutput.create(path, 0o644);
        for (const part of parts) await output.append(part);
        expect(output.sha256).toBeNull();
        await output.close();
        const content = Buffer.concat(parts);
        expect((await readFile(path)).equals(content)).toBe(true);
        expect(output.bytes).toBe(content.length);
        expect(output.sha256).toBe(createHash('sha256').update(content).digest('hex'));
      }),
      { numRuns: 60 },
    );
  });

  it('gathers small pieces, and writes whole blocks', async () => {
    const path = out.beside('file');
    const output = await FileOutput.create(path, 0o644);
    for (let index = 0; index < 100; index++) await output.append(Buffer.from('a small piece\n'));
    expect((await stat(path)).size).toBe(0);
    await output.append(Buffer.alloc(256 * 1024));
    expect((await stat(path)).size).toBe(256 * 1024);
    await output.append(Buffer.alloc(3 * 256 * 1024));
    expect((await stat(path)).size).toBe(4 * 256 * 1024);
    expect(output.bytes).toBe(1_400 + 4 * 256 * 1024);
    await output.close();
    expect((await stat(path)).size).toBe(output.bytes);
  });

  it('leaves the bytes to the caller again once they were taken', async () => {
    const path = out.beside('file');
    const output = await FileOutput.create(path, 0o644);
    const bytes = Buffer.alloc(200_000);
    for (const letter of 'abc') await output.append(bytes.fill(letter));
    bytes.fill('x');
    await output.close();
    expect((await readFile(path, 'utf8')) === ['a', 'b', 'c'].map((letter) => letter.repeat(200_000)).join('')).toBe(
      true,
    );
  });

  it('is closed once, however often that is asked', async () => {
    const output = await FileOutput.create(out.beside('file'), 0o644);
    await output.close();
    await output.close();
    await output.abandon();
    expect(output.sha256).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(await failureOf(output.append(Buffer.from('more')))).toBeInstanceOf(Error);
  });

  it('never replaces one that is there', async () => {
    await writeFile(out.beside('file'), 'theirs');
    const error = await failureOf(FileOutput.create(out.beside('file'), 0o644));
    expect(error).toBeInstanceOf(OutputError);
    expect(error).toMatchObject({
      place: { file: out.beside('file') },
      remedy: expect.stringMatching(/Move it away/) as string,
    });
    expect(await readFile(out.beside('file'), 'utf8')).toBe('theirs');
  });

  it('takes no more when its signal is aborted', async () => {
    const stop = new AbortController();
    const output = await FileOutput.create(out.beside('file'), 0o644, stop.signal);
    await output.append(Buffer.from('before'));
    stop.abort(new Error('stop'));
    expect(await failureOf(output.append(Buffer.from('after')))).toMatchObject({ message: 'stop' });
    await output.abandon();
  });
});

describe('a disk that is full', () => {
  it('is named, with a remedy', async () => {
    const full = await open('/dev/full', 'w');
    const error = await failureOf(full.writeFile('x'));
    await full.close();
    expect(outputFailure(error, '/out/report.pdf')).toMatchObject({
      name: 'OutputError',
      kind: 'output',
      message: 'Could not write /out/report.pdf: the disk is full (ENOSPC).',
      place: { file: '/out/report.pdf' },
      remedy: expect.stringContaining('Free space') as string,
    });
  });

  it.each([0, 64, 255])(
    'at block %i makes the file fail for good: later bytes never make it look complete',
    (blocks) => {
      // The limit is in blocks of 1 KiB; the file gathers 256 KiB at a time, and the first write beyond the limit fails.
      const script = `
      const { FileOutput } = await import(${JSON.stringify(COMPILED.replace('seal/run-folder/run-folder.js', 'platform/files/file-output.js'))});
      const output = await FileOutput.create(${JSON.stringify(out.beside(`file-${blocks}`))}, 0o644);
      const failures = [];
      for (let index = 0; index < 3; index++) {
        await output.append(Buffer.alloc(300_000)).catch((error) => failures.push(error));
      }
      await output.close().catch((error) => failures.push(error));
      await output.abandon();
      const [first, ...others] = failures;
      console.log(JSON.stringify({
        failures: failures.length, same: others.every((error) => error === first), sha256: output.sha256,
        name: first.name, message: first.message, remedy: first.remedy,
      }));`;
      const limited = `ulimit -f ${blocks} && exec "$0" --input-type=module -e "$1"`;
      const said = execFileSync('bash', ['-c', limited, process.execPath, script], { encoding: 'utf8' });
      expect(JSON.parse(said)).toMatchObject({
        failures: 4,
        same: true,
        sha256: null,
        name: 'OutputError',
        message: expect.stringContaining('(EFBIG)') as string,
        remedy: expect.stringContaining('ulimit -f') as string,
      });
    },
  );
});
