import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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

  /**
   * A lock whose process is gone, or has another one's number, is taken over. It appears with its content and is moved away
   * as a whole, so that of two processes that start at the same moment one is refused.
   */
  #takeLock(): void {
    const own = `${this.#lock}.${process.pid}`;
    try {
      writeFileSync(own, `${process.pid} ${startOf(process.pid)}\n`);
      while (!isLinked(own, this.#lock)) {
        const holder = contentOf(this.#lock);
        const [pid, start] = holder.trim().split(' ');
        if (start !== undefined && start === startOf(Number(pid))) throw new LogInUse(this.#lock, Number(pid));
        this.#moveAway(holder);
      }
    } finally {
      rmSync(own, { force: true });
    }
  }

  /** Unless another process has taken it over meanwhile: then it is put back. */
  #moveAway(holder: string): void {
    const stale = `${this.#lock}.${process.pid}.stale`;
    try {
      renameSync(this.#lock, stale);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw error;
    }
    if (contentOf(stale) !== holder) isLinked(stale, this.#lock);
    rmSync(stale, { force: true });
  }
}

/** Gives a file another name, unless there is one of that name. */
function isLinked(path: string, name: string): boolean {
  try {
    linkSync(path, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Empty when there is no such file any more. */
function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/** When a process began, in ticks since the machine did; empty when there is none of that number, or only its remains. */
function startOf(pid: number): string {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program may hold anything; what follows its last parenthesis is its state and numbers.
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? '' : fields[19];
  } catch {
    return '';
  }
}
