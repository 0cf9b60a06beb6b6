/** Where a sink's bytes go. It only appends: opening, fsync and rename are the run folder's business. */
export interface Output {
  /**
   * Resolves when more may be appended: backpressure is this await, nothing else. Until then the bytes belong to the
   * output; afterwards the caller may fill them anew.
   */
  append(bytes: Uint8Array): Promise<void>;
  /** Bytes appended so far. */
  readonly bytes: number;
  /** Flushes to disk. Afterwards nothing can be appended. */
  close(): Promise<void>;
}

/** A scratch file: written once from start to end, then read back in chunks, then thrown away. */
export interface Scratch extends Output {
  /** Where the file is, for readers that need random access; complete once it is closed. */
  readonly path: string;
  /** A chunk is valid until the next one is asked for. */
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
