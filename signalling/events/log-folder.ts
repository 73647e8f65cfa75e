import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { OPEN_ENDING } from './segment-file.ts';

/** Another process writes events of that softswitch into the folder. */
export class LogInUse extends Error {
  constructor(path: string, pid: number) {
    super(
      `process ${pid} writes the events of this softswitch (${path}): stop it, or name another folder or softswitch`,
    );
  }
}

/** The files of one softswitch in the folder of its events. */
export class LogFolder {
  readonly path: string;
  readonly #softswitch: string;
  readonly #lock: string;

  private constructor(path: string, softswitch: string) {
    this.path = path;
    this.#softswitch = softswitch;
    this.#lock = join(path, `${softswitch}.lock`);
  }

  /** Makes the folder if need be, and keeps other processes out. @throws LogInUse */
  static open(path: string, softswitch: string): LogFolder {
    mkdirSync(path, { recursive: true });
    const folder = new LogFolder(path, softswitch);
    folder.#takeLock();
    return folder;
  }

  get journal(): string {
    return join(this.path, `${this.#softswitch}.journal`);
  }

  /** Name of a segment that is to be written: softswitch, time in UTC, number. */
  segmentPath(sequence: number, ms: number): string {
    const time = new Date(ms).toISOString().replace(/\.\d+|[-:]/g, '');
    return join(this.path, `${this.#softswitch}-${time}-${String(sequence).padStart(6, '0')}.arrows${OPEN_ENDING}`);
  }

  /** Segments in the order of their numbers. */
  segments(): { readonly path: string; readonly sequence: number; readonly isOpen: boolean }[] {
    const name = new RegExp(`^${this.#softswitch.replaceAll('.', '\\.')}-\\d{8}T\\d{6}Z-(\\d{6,})\\.arrows(\\.open)?$`);
    return readdirSync(this.path)
      .flatMap((file) => {
        const found = name.exec(file);
        if (found === null) return [];
        return [{ path: join(this.path, file), sequence: Number(found[1]), isOpen: found[2] !== undefined }];
      })
      .sort((a, b) => a.sequence - b.sequence);
  }

  release(): void {
    rmSync(this.#lock, { force: true });
  }

  /** A lock whose process is gone, or has another one's number, is taken over. */
  #takeLock(): void {
    for (;;) {
      try {
        const descriptor = openSync(this.#lock, 'wx');
        writeSync(descriptor, `${process.pid} ${startOf(process.pid)}\n`);
        closeSync(descriptor);
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const [pid, start] = readFileSync(this.#lock, 'utf8').trim().split(' ');
      if (start !== undefined && start === startOf(Number(pid))) throw new LogInUse(this.#lock, Number(pid));
      rmSync(this.#lock, { force: true });
    }
  }
}

/** When a process began, in ticks since the machine did; empty when there is none of that number. */
function startOf(pid: number): string {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program may hold anything; what follows its last parenthesis are numbers.
    return status.slice(status.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return '';
  }
}
