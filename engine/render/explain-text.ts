import type { ShownParameter, Step } from '../../rating/explain-step.ts';
import { formatMoney } from '../../rating/money.ts';
import { type DeckRow, microsOf } from '../../rating/single-call.ts';
import type { ExplainedCall } from '../explain.ts';
import type { Sightings } from '../not-stored.ts';
import { grouped } from './amounts.ts';
import { printable, textTable } from './text-table.ts';

/** A call as people read it: what it was, its steps with the rows of the deck below them, and whether all agrees. */
export function explanationText(explained: ExplainedCall): string {
  const { softswitch, flowNo, runId, ratedAt, lastLoadId, call, steps, differences, changes } = explained;
  const deck = lastLoadId === 0 ? 'before any deck was loaded' : `with the deck as of load ${lastLoadId}`;
  return [
    printable(`call ${flowNo} of ${softswitch}: ${call.status}; rated by run ${runId} (${ratedAt}), ${deck}`),
    ...callLines(call).map((line) => printable(line)),
    '',
    ...stepLines(steps),
    '',
    ...changes.map((change) => printable(`since then: ${change}`)),
    differences.length === 0
      ? 'The stored figures agree with these steps.'
      : 'THE STORED FIGURES DIFFER from these steps:',
    ...differences.map(({ figure, stored, recomputed }) =>
      printable(`  ${figure}: ${stored} is stored, ${recomputed} is right`),
    ),
    '',
  ].join('\n');
}

/** Where else the number was seen; empty when nowhere. */
export function sightingsText({ counted, rejected }: Sightings): string {
  const lines = counted.map(({ softswitch, runId, statuses, pruned }) => {
    const counts = statuses.map(({ status, calls }) => `${status} (${grouped(calls)} calls)`).join(' or ');
    const said = [
      ...(statuses.length === 0 && pruned !== null ? [] : [`only counted, nothing of it is stored: as ${counts}`]),
      ...(pruned === null
        ? []
        : [`pruned as one of ${grouped(pruned.calls)} calls of that run that ended before ${pruned.before}`]),
    ];
    return `The call of ${softswitch} was rated by run ${runId} and ${said.join('; or ')}.`;
  });
  for (const { runId, file, row, reason, content } of rejected) {
    lines.push(`Row ${row} of ${file} was rejected by run ${runId}: ${reason}`, `  ${JSON.stringify(content)}`);
  }
  return lines.map((line) => `${printable(line)}\n`).join('');
}

function callLines(call: ExplainedCall['call']): string[] {
  const through = (gateway: unknown, way: string) => (gateway === null ? '' : ` ${way} ${gateway}`);
  const at = (what: string, time: unknown) => (time === null ? '' : `, ${what} ${time}`);
  return [
    `${call.caller} called ${call.callee}${through(call.callerGateway, 'from')}${through(call.gateway, 'through')}; ` +
      `account ${call.account ?? '(none)'}`,
    `start ${call.start}${at('ringing', call.ringing)}${at('answered', call.answered)}${at('ended', call.ended)} ` +
      `by the ${['caller', 'callee', 'server'][call.endDirection as number]} (${call.endReason})`,
  ];
}

/** The table of steps; the rows of the deck stand below the step that looked for them. */
function stepLines(steps: readonly Step[]): string[] {
  const [titles, ...lines] = textTable(
    [
      { title: 'step' },
      { title: 'what went in', align: 'left' },
      { title: 'what came out', align: 'left' },
      { title: 'parameters', align: 'left' },
    ],
    steps.map(({ leg, rule, parameters, input, output }) => [
      leg === 'vendor' ? `vendor: ${rule}` : rule,
      input,
      output,
      parameters.map(parameterText).join(' '),
    ]),
  ).split('\n');
  return [
    titles,
    ...steps.flatMap(({ rate, notEffective = [] }, i) => [
      lines[i],
      ...(rate ? rateLines(rate) : []),
      ...notEffective.map((row) =>
        printable(`    passed over, not in effect then: row ${row.rateId}, ${period(row)}, prefix ${row.prefix}`),
      ),
    ]),
  ];
}

/** Where a value came from is said unless it is the default. */
function parameterText({ name, value, source }: ShownParameter): string {
  return `${name}=${value || '(none)'}${source === 'default' ? '' : ` (${source})`}`;
}

function rateLines(row: DeckRow): string[] {
  const money = (amount: string) => formatMoney(microsOf(amount), 0);
  return [
    `    row ${row.rateId} of the deck: ${row.rateGroup} ${row.prefix} ${row.destination}`,
    `    ${money(row.rate)} per minute, ${row.firstIncrement}/${row.nextIncrement} s, connect fee ${money(row.connectFee)}, ` +
      `${period(row)}${row.locked ? ', locked' : ''}, from load ${row.loadId}`,
  ].map(printable);
}

function period({ effectiveFromMs: from, effectiveUntilMs: until }: DeckRow): string {
  const time = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z');
  if (from === null && until === null) return 'always in effect';
  return [from === null ? '' : `from ${time(from)}`, until === null ? '' : `until ${time(until)}`]
    .filter(Boolean)
    .join(' ');
}
