/** Where a value begins, counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A number is the text it was written as, so that no decimal ever passes through a binary fraction. */
export type JsonValue = string | boolean | null | JsonValue[] | { [key: string]: JsonValue };

export class JsonError extends Error {
  readonly place: Place;

  constructor(message: string, place: Place) {
    super(message);
    this.name = 'JsonError';
    this.place = place;
  }
}

const TOKEN =
  /[ \t\r\n]*(?:([{}[\],:])|("(?:[^"\\\p{Cc}]|\\["\\/bfnrt]|\\u[\da-fA-F]{4})*")|([^\s{}[\],:"]+)|(["\p{Cc}])|$)/uy;
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const DEEPEST = 16;

/**
 * Reads JSON, with what JSON.parse leaves out: the line and column of every mistake, numbers as text, and a refusal of
 * keys that occur twice, of which JSON.parse silently takes the last.
 *
 * @returns the value, and where each key and each element of a list is, by its path such as
 *   `parameters.SERVER_BILLING_FEE_UNIT` or `signalling.listen[0]`
 * @throws JsonError
 */
export function readJson(text: string): { value: JsonValue; places: Map<string, Place> } {
  const places = new Map<string, Place>();
  const token = new RegExp(TOKEN);
  let start = 0;
  let current = '';
  let line = 1;
  let lineStart = 0;
  advance();
  const value = readValue('', 0);
  if (current !== '') fail('the end of the file');
  return { value, places };

  function advance(): void {
    const from = token.lastIndex;
    const found = token.exec(text);
    if (found?.[4] === '"') {
      start = token.lastIndex - 1;
      current = '"';
      fail('text that ends with " on the same line, with \\ only before " \\ / b f n r t u');
    }
    current = found?.[1] ?? found?.[2] ?? found?.[3] ?? found?.[4] ?? '';
    start = found === null ? from : token.lastIndex - current.length;
  }

  function readValue(path: string, depth: number): JsonValue {
    if (depth > DEEPEST) fail(`at most ${DEEPEST} levels`);
    if (at('{')) return readObject(path, depth);
    if (at('[')) return readArray(path, depth);
    const word = current;
    if (word[0] !== '"' && !NUMBER.test(word) && !['true', 'false', 'null'].includes(word)) {
      fail('a value: text in double quotes, a number, true, false, { or [');
    }
    advance();
    if (word[0] === '"') return JSON.parse(word) as string;
    return word === 'null' ? null : word === 'true' || word === 'false' ? word === 'true' : word;
  }

  function readObject(path: string, depth: number): JsonValue {
    const object: { [key: string]: JsonValue } = Object.create(null);
    advance();
    if (at('}')) {
      advance();
      return object;
    }
    while (true) {
      if (current[0] !== '"') fail('a key in double quotes');
      const key = JSON.parse(current) as string;
      const keyPath = path === '' ? key : `${path}.${key}`;
      if (key in object)
        throw new JsonError(`the key ${current} is there twice, see line ${places.get(keyPath)?.line}`, placeOf(start));
      places.set(keyPath, placeOf(start));
      advance();
      if (!at(':')) fail('a colon after the key');
      advance();
      object[key] = readValue(keyPath, depth + 1);
      if (at('}')) break;
      if (!at(',')) fail('a comma or }');
      advance();
    }
    advance();
    return object;
  }

  function readArray(path: string, depth: number): JsonValue {
    const array: JsonValue[] = [];
    advance();
    if (at(']')) {
      advance();
      return array;
    }
    while (true) {
      const elementPath = `${path}[${array.length}]`;
      places.set(elementPath, placeOf(start));
      array.push(readValue(elementPath, depth + 1));
      if (at(']')) break;
      if (!at(',')) fail('a comma or ]');
      advance();
    }
    advance();
    return array;
  }

  function at(sign: string): boolean {
    return current === sign;
  }

  function fail(expected: string): never {
    const found = current === '' ? 'the end of the file' : current;
    throw new JsonError(`${found} found, expected ${expected}`, placeOf(start));
  }

  /** Places are asked for from front to back, so each line is counted once. */
  function placeOf(offset: number): Place {
    for (let end = text.indexOf('\n', lineStart); end !== -1 && end < offset; end = text.indexOf('\n', lineStart)) {
      line++;
      lineStart = end + 1;
    }
    return { line, column: offset - lineStart + 1 };
  }
}
