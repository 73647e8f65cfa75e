import {
  closeSync,
  fdatasync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** Of a segment that is still written. */
export const OPEN_ENDING = '.open';

/** One file of the event log, appended to; all failures are those of the system. */
export class SegmentFile {
  /** With the ending of an open segment. */
  readonly path: string;
  /** Bytes that are written whole; a failed write leaves the file as long as before, if it can be cut. */
  bytes: number;
  readonly #descriptor: number;

  private constructor(path: string, descriptor: number, bytes: number) {
    this.path = path;
    this.#descriptor = descriptor;
    this.bytes = bytes;
  }

  /** @throws Error when there is one of that name */
  static create(path: string): SegmentFile {
    return new SegmentFile(path, openSync(path, 'wx'), 0);
  }

  /** An open segment as another process left it, to be cut and sealed. */
  static reopen(path: string): SegmentFile {
    return new SegmentFile(path, openSync(path, 'r+'), statSync(path).size);
  }

  append(bytes: Uint8Array): void {
    try {
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(this.#descriptor, bytes, done, bytes.length - done, this.bytes + done);
      }
    } catch (error) {
      this.cut(this.bytes);
      throw error;
    }
    this.bytes += bytes.length;
  }

  /** Drops what stands behind. */
  cut(bytes: number): void {
    ftruncateSync(this.#descriptor, bytes);
    this.bytes = bytes;
  }

  /** Whether what is written is on the disk; `done` gets what failed. */
  sync(done: (error: Error | null) => void): void {
    fdatasync(this.#descriptor, done);
  }

  /** Gives a segment whose end of stream was appended its name: only then the rating engine reads it. */
  seal(): string {
    try {
      fsyncSync(this.#descriptor);
    } finally {
      this.close();
    }
    const sealed = this.path.slice(0, -OPEN_ENDING.length);
    renameSync(this.path, sealed);
    syncFolder(dirname(sealed));
    return sealed;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  /** Takes it away: nothing of worth is in it. */
  discard(): void {
    this.close();
    rmSync(this.path);
  }
}

/** What a name stands for is on the disk, too. */
export function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** A segment is read as a whole: it is as large as the settings let it become. */
export function readSegmentBytes(path: string): Buffer {
  return readFileSync(path);
}
