import { join } from 'node:path';
import { type ReferenceKind, referenceFiles } from '../datasets/reference.ts';
import { MICROS } from '../rating/money.ts';
import type { TrafficGateway, TrafficReference } from '../signalling/traffic/traffic-plan.ts';
import { OperatorError } from './errors.ts';
import { accounts, gateways, type Kind, rates } from './reference/kinds.ts';
import { mistakeLines } from './reference/mistake.ts';
import { type Columns, readTable, type Table } from './reference/read-table.ts';

/**
 * What simulated traffic needs to know of reference data.
 *
 * @param folder where the files are, for messages
 */
export function trafficReference(folder: string, files: Readonly<Record<ReferenceKind, Buffer>>): TrafficReference {
  const path = (kind: ReferenceKind) => join(folder, referenceFiles[kind]);
  const parties = read(path('accounts'), files.accounts, accounts).columns as Record<string, unknown[]>;
  const gates = read(path('gateways'), files.gateways, gateways).columns as Record<string, unknown[]>;
  const deck = read(path('rates'), files.rates, rates).columns;
  const groupOf = new Map(parties.account.map((account, i) => [account, parties.rate_group[i]]));
  const clients = parties.account.filter((_, i) => parties.kind[i] === 'client' && parties.rate_group[i] !== null);
  const clientGroups = new Set(clients.map((client) => groupOf.get(client)));
  const rateOf = new Map<string, number>();
  const groupPrefix = new Map<unknown, string>();
  for (let row = 0; row < deck.prefix.length; row++) {
    const prefix = deck.prefix[row];
    const group = deck.rate_group[row];
    if (clientGroups.has(group) && !rateOf.has(prefix)) rateOf.set(prefix, deck.rate[row] / MICROS);
    const common = groupPrefix.get(group);
    if (common !== '') groupPrefix.set(group, commonStart(common ?? prefix, prefix));
  }
  const gatewaysOf = (direction: string) =>
    gates.gateway.flatMap((gateway, i): TrafficGateway[] => {
      if (gates.direction[i] !== direction) return [];
      const common = groupPrefix.get(groupOf.get(gates.account[i])) ?? '';
      return [
        {
          gateway: String(gateway),
          account: String(gates.account[i]),
          address: String(gates.address[i] ?? '').replace(/:\d+$/, ''),
          // No country code begins with 0: what all prefixes of a vendor share, is what his gateway wants first.
          technicalPrefix: common.startsWith('0') ? common : '',
        },
      ];
    });
  const reference = {
    prefixes: [...rateOf.keys()],
    ratePerMinute: Float64Array.from(rateOf.values()),
    accounts: clients.map(String),
    mapping: gatewaysOf('mapping'),
    routing: gatewaysOf('routing'),
  };
  refuseGaps(folder, reference);
  return reference;
}

function read<C extends Columns>(path: string, bytes: Buffer, kind: Kind<C>): Table<C> {
  const { table, mistakes } = readTable(bytes, kind.columns);
  if (mistakes.length > 0) {
    throw new OperatorError(`${path} has ${mistakes.length} mistakes; nothing was written`, {
      details: mistakeLines(path, mistakes),
    });
  }
  return table;
}

function refuseGaps(folder: string, { prefixes, accounts: clients, mapping, routing }: TrafficReference): void {
  const gaps = [
    clients.length === 0 && `${referenceFiles.accounts}: a client with a rate group`,
    prefixes.length === 0 && `${referenceFiles.rates}: a row of a rate group which a client has`,
    mapping.length === 0 && `${referenceFiles.gateways}: a mapping gateway`,
    routing.length === 0 && `${referenceFiles.gateways}: a routing gateway`,
  ].filter((gap) => gap !== false);
  if (gaps.length > 0) throw new OperatorError(`${folder} lacks what traffic is made of`, { details: gaps });
}

function commonStart(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return a.slice(0, length);
}
