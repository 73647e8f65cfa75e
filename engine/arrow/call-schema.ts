import { DataType, type Field, type Schema, TimeUnit, Type, UnionMode } from 'apache-arrow';
import { callEventColumns } from '../../signalling/events/events.ts';
import { FileFault } from './file-fault.ts';

/** How the values of a column lie in its buffers. */
export type Layout =
  | { readonly form: 'fixed' }
  | { readonly form: 'text'; readonly large: boolean }
  | { readonly form: 'dictionary'; readonly id: number; readonly indexBytes: number };

/** Where a column of the contract is found in the batches of a file. */
export interface LocatedColumn {
  readonly name: string;
  readonly layout: Layout;
  /** Place of its length and null count, and of the first of its buffers, in the header of a batch. */
  readonly node: number;
  readonly buffer: number;
  /** Of a time. */
  readonly unit?: TimeUnit;
}

export interface CallSchema {
  readonly columns: ReadonlyMap<string, LocatedColumn>;
  /** Columns of the file which the contract does not know; they are not read. */
  readonly unknown: readonly string[];
  /** Columns the file could have and has not; their values are null. */
  readonly absent: readonly string[];
  /** Whether the texts of each dictionary in use have 64-bit offsets. */
  readonly dictionaries: ReadonlyMap<number, { readonly large: boolean }>;
}

/**
 * Finds the columns of the contract in a file's schema, in whatever order they stand.
 *
 * @throws FileFault that lists every missing column and every column of a wrong type
 */
export function locateColumns(path: string, schema: Schema): CallSchema {
  const columns = new Map<string, LocatedColumn>();
  const dictionaries = new Map<number, { large: boolean }>();
  const unknown: string[] = [];
  const faults: string[] = [];
  let node = 0;
  let buffer = 0;
  for (const field of schema.fields) {
    if (!isComplete(field.type))
      throw new FileFault(path, `column ${field.name} is a list without a type of its values`);
    const declared = callEventColumns.find(({ name }) => name === field.name);
    if (declared === undefined) {
      unknown.push(field.name);
    } else {
      const layout = layoutOf(field, declared.kind);
      if (typeof layout === 'string') faults.push(`column ${field.name} is ${field.type}: expected ${layout}`);
      else if (columns.has(field.name)) faults.push(`column ${field.name} stands twice`);
      else {
        const unit = DataType.isTimestamp(field.type) ? field.type.unit : undefined;
        columns.set(field.name, { name: field.name, layout, node, buffer, unit });
        if (layout.form === 'dictionary') dictionaries.set(layout.id, { large: isLarge(field.type.dictionary) });
      }
    }
    if (hasViews(field)) faults.push(`column ${field.name} is ${field.type}: views are not read, write it as Utf8`);
    node += nodeCount(field);
    buffer += bufferCount(field);
  }
  const missing = callEventColumns.filter(({ name }) => !schema.fields.some((field) => field.name === name));
  for (const { name, required } of missing) if (required) faults.push(`column ${name} is missing`);
  if (faults.length > 0) throw new FileFault(path, faults.join('; '));
  return { columns, unknown, absent: missing.map(({ name }) => name), dictionaries };
}

/** The layout of a field if its type suits the declared kind, else what was expected. */
function layoutOf({ type }: Field, kind: (typeof callEventColumns)[number]['kind']): Layout | string {
  switch (kind) {
    case 'text':
    case 'dictionary':
      if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return { form: 'text', large: isLarge(type) };
      if (DataType.isDictionary(type) && (DataType.isUtf8(type.dictionary) || DataType.isLargeUtf8(type.dictionary))) {
        const { bitWidth } = type.indices;
        if (![8, 16, 32, 64].includes(bitWidth)) return 'indices of 8, 16, 32 or 64 bits';
        return { form: 'dictionary', id: type.id, indexBytes: bitWidth / 8 };
      }
      return 'Utf8 or Dictionary<Utf8>';
    case 'timestamp':
      return DataType.isTimestamp(type) && type.unit in TimeUnit ? { form: 'fixed' } : 'a Timestamp of any unit';
    case 'uint64':
      return integer(type, 64, false, 'Uint64');
    case 'uint8':
      return integer(type, 8, false, 'Uint8');
    case 'int8':
      return integer(type, 8, true, 'Int8');
    case 'int32':
      return integer(type, 32, true, 'Int32');
  }
}

function integer(type: DataType, bits: number, signed: boolean, expected: string): Layout | string {
  return DataType.isInt(type) && type.bitWidth === bits && type.isSigned === signed ? { form: 'fixed' } : expected;
}

function isLarge(type: DataType): boolean {
  return DataType.isLargeUtf8(type);
}

/** A list whose only child is missing cannot even be named. */
function isComplete(type: DataType): boolean {
  if (DataType.isDictionary(type)) return isComplete(type.dictionary);
  return (type.children ?? []).every((child: Field | undefined) => child !== undefined && isComplete(child.type));
}

function hasViews(field: Field): boolean {
  return isView(field.type) || (childrenOf(field) ?? []).some(hasViews);
}

function isView(type: DataType): boolean {
  return DataType.isUtf8View(type) || DataType.isBinaryView(type);
}

/** Fields of a record batch are laid out depth first: one node each, buffers by type (Arrow columnar format). */
function nodeCount(field: Field): number {
  return 1 + (childrenOf(field) ?? []).reduce((sum, child) => sum + nodeCount(child), 0);
}

function bufferCount(field: Field): number {
  return ownBuffers(field.type) + (childrenOf(field) ?? []).reduce((sum, child) => sum + bufferCount(child), 0);
}

function ownBuffers(type: DataType): number {
  switch (type.typeId) {
    case Type.Null:
      return 0;
    case Type.Struct:
    case Type.FixedSizeList:
      return 1;
    case Type.Union:
      return DataType.isUnion(type) && type.mode === UnionMode.Dense ? 2 : 1;
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Binary:
    case Type.LargeBinary:
      return 3;
    default:
      return 2;
  }
}

function childrenOf({ type }: Field): readonly Field[] | undefined {
  // A dictionary's values lie in messages of their own.
  return DataType.isDictionary(type) ? undefined : (type.children as Field[] | undefined);
}
