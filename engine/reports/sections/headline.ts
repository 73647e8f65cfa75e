import type { DuckDBConnection } from '@duckdb/node-api';
import { grouped } from '../../render/amounts.ts';
import type { Cell, Figure, TableSection } from '../../render/report-page.ts';
import type { RunSummary } from '../run-history.ts';
import { column, readCells } from './section.ts';

/**
 * The figures that tell how the run went.
 *
 * @param unrated the section on unrated money, which has been read
 */
export async function readHeadline(
  connection: DuckDBConnection,
  { kind }: Pick<RunSummary, 'kind'>,
  unrated: TableSection,
): Promise<Figure[]> {
  const [row] = await readCells(connection, new URL('./headline.sql', import.meta.url), COLUMNS);
  const values = Object.fromEntries(COLUMNS.map(({ name }, i) => [name, row[i].cell]));
  const figure = (name: string, label: string, note?: string): Figure => {
    const { kind } = COLUMNS.find((one) => one.name === name) as (typeof COLUMNS)[number];
    return { name, label, kind, value: values[name], note };
  };
  const count = (name: string) => grouped(Number(values[name]));
  const waiting = totalsOf(unrated);
  const pruned = values.pruned === 0 ? [] : [figure('pruned', 'Calls pruned', PRUNED)];
  return [
    ...pruned,
    figure('rows_read', kind === 'rerate' ? 'Calls replaced' : 'Calls read'),
    figure('charged', 'Calls charged'),
    figure('fee', 'Revenue'),
    figure('vendor_fee', 'Vendor fees', 'of all calls, unrated ones too'),
    figure('margin', 'Margin', values.margin_percent === null ? undefined : `${values.margin_percent} % of revenue`),
    figure(
      'asr_percent',
      'ASR',
      `${count('answered')} answered of ${count('recorded')} recorded, illegal ones left out`,
    ),
    figure('hold_seconds', 'Minutes', 'connected, of recorded calls'),
    figure('acd_seconds', 'ACD, seconds', `hold time over ${count('answered')} answered`),
    { name: 'unrated', label: 'Unrated calls', kind: 'integer', value: waiting.calls },
    {
      name: 'at_risk',
      label: 'Money at risk',
      kind: 'money',
      value: waiting.atRisk,
      note: 'unrated calls at average fees',
    },
    figure('not_billed', 'Not billed', 'suppressed records and lack of balance'),
    figure(
      'loss',
      'Lost below cost',
      `${count('calls_below_cost')} calls whose vendor charges more than the client pays`,
    ),
  ];
}

const PRUNED =
  'removed since: what follows is of the calls still kept, but for revenue, vendor fees, statuses, balances and warnings';

const COLUMNS = [
  column('rows_read', 'integer'),
  column('charged', 'integer'),
  column('fee', 'money'),
  column('vendor_fee', 'money'),
  column('margin', 'money'),
  column('margin_percent', 'percent'),
  column('recorded', 'integer'),
  column('answered', 'integer'),
  column('asr_percent', 'percent'),
  column('hold_seconds', 'duration'),
  column('acd_seconds', 'decimal'),
  column('not_billed', 'money'),
  column('calls_below_cost', 'integer'),
  column('loss', 'money'),
  column('pruned', 'integer'),
] as const;

function totalsOf({ columns, rows, total }: TableSection): { calls: Cell; atRisk: Cell } {
  const sums = total ?? rows[0];
  const of = (name: string) => sums?.[columns.findIndex((one) => one.name === name)];
  return { calls: of('calls') ?? 0, atRisk: of('at_risk') ?? '0.00' };
}
