import type { ReportPage } from '../../../engine/render/report-page.ts';

/** Names as they may come from other people's files. */
export const hostileNames = [
  '<script>alert(1)</script>',
  '</script><img src=x onerror=alert(1)>',
  `" onmouseover="alert(1)" '`,
  '<!-- --> ]]> </style></svg>',
  '&lt;b&gt; &amp; &#60;',
  '=HYPERLINK("http://example.com","x")',
  'a\u202egnp.exe',
  'مرحبا بالعالم 123',
  'line\nbreak\ttab\r\u0000nul\u0085\ufffe',
  ' spaces at both ends ',
  'x'.repeat(10_000),
  '🦫'.repeat(200),
  'WM@%'.repeat(20),
  '漢字'.repeat(20),
];

/** A page with those names wherever names may stand. */
export const hostilePage: ReportPage = {
  title: hostileNames[0],
  subtitle: hostileNames[1],
  headline: [{ name: 'first', label: hostileNames[2], kind: 'text', value: hostileNames[3], note: hostileNames[4] }],
  sections: [
    { kind: 'text', name: 'words', title: hostileNames[1], paragraphs: hostileNames },
    {
      kind: 'table',
      name: 'names',
      title: hostileNames[0],
      note: hostileNames[1],
      empty: '',
      columns: [
        { name: 'name', title: hostileNames[3], kind: 'text' },
        { name: hostileNames[5], title: hostileNames[2], kind: 'money' },
      ],
      rows: hostileNames.map((name, i) => [name, `-${i}.5`]),
      charts: [
        {
          kind: 'bars',
          lying: true,
          title: hostileNames[0],
          valueKind: 'money',
          categoryTitle: hostileNames[1],
          categories: hostileNames,
          series: [0, 1].map((n) => ({ name: hostileNames[n], values: hostileNames.map((_, i) => `${i + 1}`) })),
        },
        {
          kind: 'heat-map',
          title: hostileNames[2],
          valueKind: 'money',
          rowTitle: hostileNames[3],
          columnTitle: hostileNames[0],
          rows: hostileNames,
          columns: ['a', hostileNames[1]],
          values: hostileNames.map((_, i) => [`${i}`, null]),
        },
        {
          kind: 'waterfall',
          title: hostileNames[0],
          valueKind: 'money',
          start: { label: hostileNames[0], amount: '1' },
          steps: [{ label: hostileNames[6], amount: '1' }],
          end: { label: hostileNames[10], amount: '2' },
        },
        {
          kind: 'lines',
          title: hostileNames[4],
          valueKind: 'money',
          xTitle: hostileNames[0],
          x: [hostileNames[1], hostileNames[7]],
          series: [{ name: hostileNames[3], values: ['1', '2'] }],
        },
      ],
    },
  ],
};
