import { isUtf8 } from 'node:buffer';
import { existsSync, readFileSync } from 'node:fs';
import { usageError } from '../errors.ts';
import { didYouMean } from '../parameters/nearest-name.ts';
import { quoted } from '../parameters/parameter-value.ts';
import { JsonError, type JsonValue, type Place, readJson } from '../parameters/read-json.ts';
import { isObject, shown } from '../parameters/validation-rules.ts';
import { Refusal } from '../reference/field-readers.ts';
import { type ColumnMap, columnNames, mapSettings, type SettingName, settingNames } from './map-settings.ts';

/**
 * Reads what follows --map: a JSON file, or `number=Called,start=Connected,…` (a title with a comma needs a file).
 *
 * @throws OperatorError, exit status 2, with a line for every mistake
 */
export function readColumnMap(words: string): ColumnMap {
  const { written, places, where, mistakes } =
    words.includes('=') && !existsSync(words) ? fromWords(words) : fromFile(words);
  const checked = check(written);
  mistakes.push(...checked.mistakes.map(({ name, problem }) => `${at(where, places.get(name))}${name}: ${problem}`));
  if (mistakes.length === 0) return checked.map;
  const count = mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`;
  throw usageError(`the column map has ${count}; "ratemill reconcile --print-map" prints an example`, mistakes);
}

/** A map to begin with: every setting, with its default or a likely title. */
export const exampleMap = {
  number: 'Called Number',
  start: 'Connect Time',
  seconds: 'Duration',
  money: 'Amount',
  caller: 'Calling Number',
  id: 'Call-ID',
  ...Object.fromEntries(
    settingNames.flatMap((name) => {
      const setting = mapSettings[name];
      return 'default' in setting ? [[name, setting.default]] : [];
    }),
  ),
};

interface Written {
  readonly written: Readonly<Record<string, JsonValue>>;
  readonly places: ReadonlyMap<string, Place>;
  readonly where: string;
  readonly mistakes: string[];
}

function fromWords(words: string): Written {
  const mistakes: string[] = [];
  const written: Record<string, JsonValue> = Object.create(null);
  // A comma separates only before the next name, so that the delimiter may be one.
  for (const entry of words.split(/,(?=\s*\w+\s*=)/)) {
    const [, name, value] = /^\s*(\w+)\s*=(.*)$/s.exec(entry) ?? [];
    if (name === undefined) mistakes.push(`--map ${quoted(entry)}: expected a name, = and a value`);
    else if (name in written) mistakes.push(`--map ${name}: is there twice`);
    else written[name] = value;
  }
  return { written, places: new Map(), where: '--map', mistakes };
}

function fromFile(file: string): Written {
  try {
    const bytes = readFileSync(file);
    if (!isUtf8(bytes)) throw usageError(`the column map ${file} is not UTF-8 text: save it as UTF-8`);
    const { value, places } = readJson(bytes.toString('utf8').replace(/^\u{feff}/u, ''));
    if (isObject(value)) return { written: value as Record<string, JsonValue>, places, where: file, mistakes: [] };
    throw new JsonError(`${shown(value)} found, expected an object of settings and values`, { line: 1, column: 1 });
  } catch (error) {
    if (error instanceof JsonError) throw usageError(`${at(file, error.place)}${error.message}`);
    const { code, message } = error as NodeJS.ErrnoException;
    if (typeof code !== 'string') throw error;
    const problem = code === 'ENOENT' ? 'does not exist' : `cannot be read: ${message}`;
    throw usageError(
      `the column map ${file} ${problem}: name a JSON file, or write number=TITLE,start=TITLE,seconds=TITLE`,
    );
  }
}

function at(where: string, place: Place | undefined): string {
  return place === undefined ? `${where} ` : `${where}:${place.line}:${place.column}: `;
}

function check(written: Written['written']): {
  map: ColumnMap;
  mistakes: readonly { name: string; problem: string }[];
} {
  const mistakes: { name: string; problem: string }[] = [];
  const refuse = (name: string, problem: string) => mistakes.push({ name, problem });
  for (const name of Object.keys(written)) {
    if (name !== 'notes' && !Object.hasOwn(mapSettings, name)) {
      refuse(name, `is not a setting${didYouMean(name, settingNames)}`);
    }
  }
  const map = Object.fromEntries(settingNames.map((name) => [name, settingOf(name, written[name], refuse)]));
  return { map: map as unknown as ColumnMap, mistakes: [...mistakes, ...missing(written, map)] };
}

function settingOf(name: SettingName, value: JsonValue | undefined, refuse: (name: string, problem: string) => void) {
  const setting = mapSettings[name];
  const text = value === undefined && 'default' in setting ? setting.default : value;
  if (text === undefined) return undefined;
  const read =
    typeof text === 'string' || typeof text === 'boolean'
      ? setting.read(String(text))
      : new Refusal('a text, true or false');
  if (read instanceof Refusal) refuse(name, `${shown(text)} is not allowed; allowed: ${read.expected}`);
  return read;
}

/** What only the settings together can tell. */
function missing(written: Written['written'], map: Readonly<Record<string, unknown>>) {
  const mistakes: { name: string; problem: string }[] = [];
  const refuse = (name: string, problem: string) => mistakes.push({ name, problem });
  const has = (name: SettingName) => name in written;
  for (const name of ['number', 'start'] as const)
    if (!has(name)) refuse(name, `is missing: ${mapSettings[name].meaning}`);
  if (!has('seconds') && !has('end')) refuse('seconds', 'is missing: name the column of the duration, or of the end');
  if (has('seconds') && has('end')) refuse('end', 'is one too many beside seconds: leave one of them out');
  if (has('end') && map.time === 'start') {
    refuse('end', 'gives no duration when start is not the answer: name the column of the duration (seconds)');
  }
  if (map.header === false) {
    for (const name of columnNames.filter(
      (one) => typeof map[one] === 'string' && !/^[1-9]\d{0,3}$/.test(map[one] as string),
    )) {
      refuse(
        name,
        `${shown(map[name])} is not allowed; allowed: the number of a column, from 1, as there is no header`,
      );
    }
  }
  return mistakes;
}
