import { type FieldReader, oneOf, Refusal, switchOrFalse, timezone } from '../reference/field-readers.ts';

/** A setting of a column map: how its text is read, what stands without it, and what it means. */
interface MapSetting<T> {
  readonly read: FieldReader<T>;
  /** As it would be written; a setting without it may be left out, and says nothing then. */
  readonly default?: string;
  readonly meaning: string;
}

/** A column by its title, or without a header line by its number. */
const column: FieldReader<string> = (text) =>
  text.trim() === '' || /\p{Cc}/u.test(text) ? new Refusal('the title of a column, or its number') : text.trim();

/** What a partner's file may look like: one declaration, from which files, words and help are read. */
export const mapSettings = {
  number: { read: column, meaning: 'column of the called number; required' },
  start: { read: column, meaning: 'column of the time the call was answered, or started (see time); required' },
  seconds: { read: column, meaning: 'column of the duration; this or end is required' },
  end: { read: column, meaning: 'column of the time the call ended, written like start; time must be answer' },
  money: { read: column, meaning: 'column of the amount' },
  caller: { read: column, meaning: 'column of the calling number' },
  id: { read: column, meaning: 'column of an identifier both have (see idIs): it decides before the time does' },
  idIs: {
    read: oneOf('sip_call_id', 'flow_no'),
    default: 'sip_call_id',
    meaning: 'what of ours id is: sip_call_id or flow_no',
  },
  time: { read: oneOf('answer', 'start'), default: 'answer', meaning: 'what start is the time of: answer or start' },
  timeFormat: {
    read: timeFormat,
    default: 'iso',
    meaning: 'iso, epoch-s, epoch-ms, or a strptime format such as %d.%m.%Y %H:%M:%S',
  },
  timezone: { read: timezone, default: 'UTC', meaning: 'IANA time zone of times that name none' },
  durationUnit: {
    read: oneOf('s', 'ms', 'min', 'hh:mm:ss'),
    default: 's',
    meaning: 'unit of the duration: s, ms, min or hh:mm:ss',
  },
  duration: {
    read: oneOf('connected', 'billed'),
    default: 'connected',
    meaning: 'which of our durations theirs is: connected (hold time) or billed (fee time, in whole increments)',
  },
  decimal: { read: oneOf('.', ','), default: '.', meaning: 'sign before decimals: . or ,' },
  delimiter: { read: delimiter, default: ',', meaning: 'what stands between values: one character, or the word tab' },
  header: { read: yesOrNo, default: 'true', meaning: 'whether a line of titles comes first' },
  skip: { read: lines, default: '0', meaning: 'lines before the titles or the first call' },
  encoding: {
    read: oneOf('utf-8', 'latin-1', 'utf-16'),
    default: 'utf-8',
    meaning: 'encoding of the file: utf-8, latin-1 or utf-16',
  },
  techPrefix: { read: dialled, default: '', meaning: 'prefix that is taken off their called numbers, before strip' },
  ourTechPrefix: { read: dialled, default: '', meaning: 'prefix that is taken off our called numbers' },
  strip: {
    read: prefixes,
    default: '+ 00',
    meaning: 'prefixes with spaces between, of which the longest that fits is taken off their numbers',
  },
  countryCode: {
    read: dialled,
    default: '',
    meaning: 'digits put before their numbers that do not begin with + or 00',
  },
  onlyAnswered: {
    read: yesOrNo,
    default: 'true',
    meaning: 'whether calls of 0 seconds that match nothing are left out',
  },
} as const satisfies Record<string, MapSetting<unknown>>;

export type SettingName = keyof typeof mapSettings;
export const settingNames = Object.keys(mapSettings) as SettingName[];

/** The settings that name a column of the file. */
export const columnNames = ['number', 'start', 'seconds', 'end', 'money', 'caller', 'id'] as const;
export type ColumnName = (typeof columnNames)[number];

type ReadBy<S> = S extends { readonly read: FieldReader<infer T> } ? T : never;

/** A checked column map: each setting as it was read, or its default; a column that is not mapped is undefined. */
export type ColumnMap = {
  readonly [K in SettingName]:
    | ReadBy<(typeof mapSettings)[K]>
    | ((typeof mapSettings)[K] extends { readonly default: string } ? never : undefined);
} & { readonly number: string; readonly start: string };

function yesOrNo(text: string): boolean | Refusal {
  return text.trim() === '' ? new Refusal('true or false') : switchOrFalse(text);
}

function delimiter(text: string): string | Refusal {
  if (text.trim() === 'tab') return '\t';
  return /^[^\p{Cc}"\\\d]$|^\t$/u.test(text) && text.length === 1
    ? text
    : new Refusal('one character such as , ; or |, or the word tab');
}

function lines(text: string): number | Refusal {
  return /^\d{1,4}$/.test(text.trim()) ? Number(text) : new Refusal('a whole number from 0 to 9999');
}

function dialled(text: string): string | Refusal {
  return /^[\d*#]{0,32}$/.test(text.trim()) ? text.trim() : new Refusal('at most 32 digits, * and #');
}

/** Longest first, so that 00 is not taken for 0. */
function prefixes(text: string): readonly string[] | Refusal {
  const written = text.split(' ').filter((one) => one !== '');
  return written.every((one) => /^\+?[\d*#]{0,32}$/.test(one))
    ? written.sort((a, b) => b.length - a.length)
    : new Refusal('prefixes of digits, * and #, also with + in front, with spaces between, such as "+ 00"');
}

/** What strptime of DuckDB knows, but for the name of a zone. */
const SPECIFIERS = /^-?[aAwdbBmyYHIpMSfgnzjUW%]/;

function timeFormat(text: string): string | Refusal {
  if (['iso', 'epoch-s', 'epoch-ms'].includes(text)) return text;
  const expected = 'iso, epoch-s, epoch-ms, or a strptime format with day, month, year and hour';
  if (!text.includes('%')) return new Refusal(`${expected}, such as %d.%m.%Y %H:%M:%S`);
  const unknown = text
    .split(/%%|%/)
    .slice(1)
    .find((part) => part !== '' && !SPECIFIERS.test(part));
  if (unknown !== undefined) return new Refusal(`${expected}; it does not know %${unknown[0]}`);
  const [day, month, year, hour] = [/%-?[dj]/, /%-?[mbBj]/, /%-?[yY]/, /%-?[HI]/].map((part) => part.test(text));
  return day && month && year && hour ? text : new Refusal(`${expected}, such as %d.%m.%Y %H:%M:%S`);
}
