import { statSync } from 'node:fs';
import type { CallEvent } from '../../../signalling/events/call-event.ts';
import { announceReading } from '../../brief-reading.ts';
import { openDatabase } from '../../database.ts';
import { OperatorError } from '../../errors.ts';
import type { ResolvedConfiguration } from '../../parameters/configuration.ts';
import { PrepaidBudget } from './prepaid-budget.ts';
import { type PrepaidReading, type ReadingJob, readPrepaid } from './read-prepaid.ts';
import { unreadEvents } from './unread-events.ts';

export interface PrepaidSettings {
  readonly database: string;
  readonly softswitch: string;
  /** Folder of the events of this companion. */
  readonly folder: string;
  /** Parameters of billing, read again when the configuration is. */
  readonly configuration: () => ResolvedConfiguration;
  /** Events that the process before had not written yet. */
  readonly lost: readonly CallEvent[];
  /** A line for the operator. */
  readonly tell: (line: string) => void;
}

/** What is said of it in the status. */
export interface PrepaidStatus {
  readonly database: string;
  /** Accounts that are watched. */
  readonly accounts: number;
  readonly refused: number;
  /** Calls that were charged here and that no run has rated yet. */
  readonly unrated: number;
  /** ISO 8601, UTC. */
  readonly readAt: string;
  /** Why what was read is not of now. */
  readonly problem: string | null;
}

/**
 * Keeps a budget as the database has it. The database is opened for reading only, for a moment, when its file has changed:
 * DuckDB lets either one process write or several read, so who keeps it open would keep the nightly run out. What changes
 * it need not tell: the size and time of the file and of its log do, whoever has written.
 */
export class PrepaidWatch {
  readonly budget: PrepaidBudget;
  readonly #settings: PrepaidSettings;
  readonly #timer: NodeJS.Timeout;
  #configuration: ResolvedConfiguration;
  #readMs: number;
  #seen: string;
  #problem: string | null = null;
  #reading: Promise<void> | undefined;

  private constructor(settings: PrepaidSettings, configuration: ResolvedConfiguration, first: Reading) {
    this.#settings = settings;
    this.#configuration = configuration;
    this.#seen = first.seen;
    this.#readMs = first.atMs;
    this.budget = new PrepaidBudget(first.reading);
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref();
  }

  /**
   * Waits while another process writes the database, and says so.
   *
   * @throws OperatorError when it is not there, cannot be read, or is held for longer: nobody would know who may call
   */
  static async open(settings: PrepaidSettings): Promise<PrepaidWatch> {
    const configuration = settings.configuration();
    if (configuration.parameters.SERVER_BILLING_RECORD_SERVER_HANG_UP === 0) settings.tell(FREE_IN_THE_END);
    const first = await read(settings, configuration, NOTHING, START_WAIT_SECONDS);
    return new PrepaidWatch(settings, configuration, first);
  }

  get status(): PrepaidStatus {
    const { refused, watched, unrated } = this.budget;
    return {
      database: this.#settings.database,
      accounts: watched.size,
      refused,
      unrated: unrated.length,
      readAt: new Date(this.#readMs).toISOString(),
      problem: this.#problem,
    };
  }

  /** Prices calls by the configuration as it is now, when it can be read. */
  reload(): void {
    this.#configuration = this.#settings.configuration();
    this.#seen = '';
    this.#look();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#reading;
  }

  #look(): void {
    if (this.#reading !== undefined || signature(this.#settings.database) === this.#seen) return;
    this.#reading = this.#refresh().finally(() => {
      this.#reading = undefined;
    });
  }

  /** What was read before stands until it can be read again. */
  async #refresh(): Promise<void> {
    const configuration = this.#configuration;
    try {
      const { budget } = this;
      const isSame = this.#seen !== '';
      const { unrated, watched } = budget;
      const known = { unrated, watched, before: isSame ? budget.reading : undefined };
      const { reading, seen, atMs } = await read(this.#settings, configuration, known, 0);
      budget.restate(reading);
      if (configuration === this.#configuration) this.#seen = seen;
      this.#readMs = atMs;
      if (this.#problem !== null) this.#settings.tell('balances are read again');
      this.#problem = null;
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      if (this.#problem === null) {
        this.#settings.tell(
          `balances cannot be read, calls go by those of ${new Date(this.#readMs).toISOString()}: ${problem}`,
        );
      }
      this.#problem = problem;
    }
  }
}

interface Reading {
  readonly reading: PrepaidReading;
  /** What the file was before it was read: what changes it later is seen. */
  readonly seen: string;
  readonly atMs: number;
}

const FREE_IN_THE_END =
  'warning: SERVER_BILLING_RECORD_SERVER_HANG_UP is 0: calls that are hung up because the balance is used up are not charged, and it is never used up by them';
const LOOK_MS = 1000;
const START_WAIT_SECONDS = 60;

async function read(
  { database, folder, softswitch, lost, tell }: PrepaidSettings,
  configuration: ResolvedConfiguration,
  known: Pick<ReadingJob, 'unrated' | 'watched' | 'before'>,
  waitSeconds: number,
): Promise<Reading> {
  const announced = announceReading(database);
  const { connection, close } = await openDatabase(database, { readOnly: true, waitSeconds, onWait: tell }).catch(
    (error: unknown) => {
      announced();
      throw error;
    },
  );
  try {
    const seen = signature(database);
    const atMs = Date.now();
    const reading = await readPrepaid(connection, {
      ...known,
      softswitch,
      configuration,
      nowMs: atMs,
      unreadEvents: (readFiles) => [...lost, ...unreadEvents(folder, softswitch, readFiles)],
    });
    return { reading, seen, atMs };
  } catch (cause) {
    if (cause instanceof OperatorError) throw cause;
    throw new OperatorError(
      `balances cannot be read in ${database}: ${(cause as Error).message}; "ratemill verify" says whether it is whole`,
      { cause },
    );
  } finally {
    close();
    announced();
  }
}

const NOTHING = { unrated: [], watched: new Set<string>(), before: undefined };

/** While it is open for reading nobody writes it. */
function signature(database: string): string {
  return [database, `${database}.wal`]
    .map((path) => {
      const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
      return stat === undefined ? '' : `${stat.ino} ${stat.size} ${stat.mtimeNs}`;
    })
    .join();
}
