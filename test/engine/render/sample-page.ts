import type { Cell, Chart, ReportPage, TableSection } from '../../../engine/render/report-page.ts';

/** A waterfall whose steps are small beside what they lead between. */
export const waterfall = {
  kind: 'waterfall',
  title: 'From the revenue as rated to the revenue with free time 6 s',
  valueKind: 'money',
  start: { label: 'as rated', amount: '16657.7211' },
  steps: [
    { label: 'free calls of up to 6 s', amount: '-412.107345' },
    { label: 'calls that no longer find their account empty', amount: '25.5' },
    { label: 'rounding', amount: '-0.000001' },
  ],
  end: { label: 'with SERVER_BILLING_FREE_TIME=6', amount: '16271.113754' },
} as const satisfies Chart;

export const lines = {
  kind: 'lines',
  title: 'Revenue and margin over the free time',
  valueKind: 'money',
  xTitle: 'SERVER_BILLING_FREE_TIME (s)',
  x: [0, 3, 6, 10, 60],
  series: [
    { name: 'revenue', values: ['16657.7211', '16500.1', '16271.113754', null, '9000'] },
    { name: 'margin', values: ['5078.58', '4921.0', '4692.0', '4400.5', '-2579.1405'] },
  ],
} as const satisfies Chart;

export const heatMap = {
  kind: 'heat-map',
  title: 'Change of revenue by free time and fee unit',
  valueKind: 'money',
  rowTitle: 'free time (s)',
  columnTitle: 'fee unit',
  rows: ['0', '3', '6'],
  columns: ['0.0001', '0.001', '0.01', '0.1'],
  values: [
    ['0.00', '1.25', '120.5', '1200'],
    ['-157.6211', '-150', '-30.25', null],
    ['-386.6073', '-380', '-260', '820.125'],
  ],
} as const satisfies Chart;

export const bars = {
  kind: 'bars',
  title: 'Fee and vendor fee by account',
  valueKind: 'money',
  lying: true,
  categoryTitle: 'account',
  categories: ['alder', 'baltic', 'an account with a name that is longer than the room for it'],
  series: [
    { name: 'fee', values: ['3405.8837', '1281.652', '-200'] },
    { name: 'vendor fee', values: ['3500', null, '12.5'] },
  ],
} as const satisfies Chart;

/** More rows than a page shows; amounts of more digits than a double has, and not in any order. */
export const manyRows: TableSection = {
  kind: 'table',
  name: 'accounts',
  title: 'Accounts',
  note: 'Change of the fee by account.',
  empty: 'No account changes.',
  columns: [
    { name: 'account', title: 'account', kind: 'text' },
    { name: 'calls', title: 'calls', kind: 'integer' },
    { name: 'fee', title: 'fee', kind: 'money' },
    { name: 'change', title: 'change', kind: 'percent' },
    { name: 'seconds', title: 'minutes', kind: 'duration' },
    { name: 'last_at', title: 'last (UTC)', kind: 'time' },
  ],
  rows: Array.from({ length: 120 }, (_, i): Cell[] => [
    `client-${String(i).padStart(3, '0')}`,
    (i * 37) % 1201,
    `${i % 3 === 0 ? '-' : ''}${90071992547409930n + BigInt((i * 7) % 120)}.${String(i).padStart(6, '0')}`,
    i % 10 === 9 ? null : String((i * 13) % 100),
    i * 1000,
    new Date(Date.UTC(2026, 2, 1, i)).toISOString(),
  ]),
  total: ['all', 71_400, '3242591731706757480.007140', null, 7_140_000, null],
  charts: [bars],
};

/** A page with everything a page may have, as `ratemill impact` might make it. */
export const samplePage: ReportPage = {
  title: 'Impact of SERVER_BILLING_FREE_TIME=6',
  subtitle: '300,000 calls of 2026-03-02, nothing saved',
  headline: [
    { name: 'revenue', label: 'Revenue', kind: 'money', value: '16271.113754', note: '-2.32 % of 16,657.7211' },
    { name: 'charged', label: 'Calls charged', kind: 'integer', value: 140_102 },
    { name: 'margin_percent', label: 'Margin', kind: 'percent', value: null },
  ],
  sections: [
    {
      kind: 'text',
      name: 'what',
      title: 'What was asked',
      paragraphs: ['Free time 6 s instead of 0 s.', 'On all calls.'],
    },
    { kind: 'chart', name: 'steps', title: 'Where the money goes', note: 'Exact amounts.', chart: waterfall },
    { kind: 'chart', name: 'sweep', title: 'Over the parameter', chart: lines },
    { kind: 'chart', name: 'both', title: 'Over two parameters', chart: heatMap },
    manyRows,
    { ...manyRows, name: 'nobody', title: 'Nobody', rows: [], total: undefined, charts: undefined },
  ],
};
