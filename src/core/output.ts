/** Receives a sink's bytes. It only appends: the run folder opens, syncs and renames. */
export interface Output {
  /**
   * Resolves when more may be appended; this await is the only backpressure. Until then the bytes belong to the output;
   * afterwards the caller may reuse them.
   */
  append(bytes: Uint8Array): Promise<void>;
  /** Bytes appended so far. */
  readonly bytes: number;
  /** Flushes to disk. Afterwards nothing can be appended. */
  close(): Promise<void>;
}

/** A scratch file: written once, read back in chunks, then deleted. */
export interface Scratch extends Output {
  /** Path of the file, for readers that need random access; complete once it is closed. */
  readonly path: string;
  /** A chunk is valid until the next one is requested. */
  read(): AsyncIterable<Uint8Array>;
}

/** The files a sink may write. Names are plain file names of the run folder. */
export interface OutputFolder {
  create(name: string): Promise<Output>;
  scratch(): Promise<Scratch>;
}

/** A file of the run folder as sealed. */
export interface SealedFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Data rows, for the tables; null for everything else. */
  readonly rows: number | null;
}
