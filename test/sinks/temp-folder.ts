import { type FileHandle, mkdtemp, open, readFile, rm, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Output, OutputFolder, Scratch } from '../../src/core/output.ts';

/** An output folder of real files in a temporary folder, without the run folder's locks and hashes. */
export class TempFolder implements OutputFolder {
  readonly path: string;
  /** Bytes of every append, by file name: shows how a sink batches. */
  readonly appends = new Map<string, number[]>();
  readonly #opened: FileOutput[] = [];
  #scratches = 0;

  private constructor(path: string) {
    this.path = path;
  }

  static async make(): Promise<TempFolder> {
    return new TempFolder(await mkdtemp(join(tmpdir(), 'sinks-')));
  }

  async create(name: string): Promise<Output> {
    const sizes: number[] = [];
    this.appends.set(name, sizes);
    return this.#keep(new FileOutput(await open(this.pathOf(name), 'wx'), sizes));
  }

  async scratch(): Promise<Scratch> {
    const path = this.pathOf(`.scratch-${this.#scratches++}`);
    return this.#keep(new FileScratch(await open(path, 'wx'), path));
  }

  /** The same folder on a disk that is full: scratch files take nothing. */
  full(message: string): OutputFolder {
    const scratch = async (): Promise<Scratch> => {
      const file = await this.scratch();
      return Object.assign(file, {
        append: async (): Promise<void> => {
          throw new Error(message);
        },
      });
    };
    return { create: (name) => this.create(name), scratch };
  }

  pathOf(name: string): string {
    return join(this.path, name);
  }

  async read(name: string): Promise<Buffer> {
    return await readFile(this.pathOf(name));
  }

  /** Closes what a failed sink left open, too, as the run folder does. */
  async remove(): Promise<void> {
    for (const output of this.#opened) await output.close();
    await rm(this.path, { recursive: true, force: true });
  }

  #keep<T extends FileOutput>(output: T): T {
    this.#opened.push(output);
    return output;
  }
}

class FileOutput implements Output {
  bytes = 0;
  readonly #handle: FileHandle;
  readonly #sizes: number[];

  constructor(handle: FileHandle, sizes: number[]) {
    this.#handle = handle;
    this.#sizes = sizes;
  }

  async append(bytes: Uint8Array): Promise<void> {
    this.bytes += bytes.byteLength;
    this.#sizes.push(bytes.byteLength);
    await this.#handle.writeFile(bytes);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

class FileScratch extends FileOutput implements Scratch {
  readonly path: string;

  constructor(handle: FileHandle, path: string) {
    super(handle, []);
    this.path = path;
  }

  async *read(): AsyncIterable<Uint8Array> {
    await this.close();
    const handle = await open(this.path, 'r');
    for await (const chunk of handle.createReadStream()) yield chunk as Uint8Array;
    await unlink(this.path);
  }
}
