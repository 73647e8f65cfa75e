import { Random, zipf } from '../signalling/traffic/random.ts';
import { technicalGroup } from './deck.ts';

export interface PartyOptions {
  /** Clients; vendors come on top. */
  readonly accounts: number;
  /** Two thirds are mapping gateways, one third routing gateways; at least one of each. */
  readonly gateways: number;
  readonly seed: number;
}

/** A row of accounts.csv. */
export interface Account {
  readonly account: string;
  readonly name: string;
  readonly kind: 'client' | 'vendor';
  readonly rate_group: string;
  readonly balance: string;
  readonly credit_limit: string;
  readonly overdraft: 'prevent' | 'allow';
  readonly timezone: string;
}

/** A row of gateways.csv. */
export interface Gateway {
  readonly gateway: string;
  readonly direction: 'mapping' | 'routing';
  readonly account: string;
  readonly address: string;
}

/** Accounts and gateways. Clients come first, those with the most traffic at the top. */
export interface Parties {
  readonly accounts: readonly Account[];
  readonly gateways: readonly Gateway[];
}

/** The rate groups of the vendors, in turn. */
const VENDOR_GROUPS = ['vendor-a', 'vendor-b', 'vendor-a', 'vendor-b', technicalGroup];

export function makeParties(options: PartyOptions): Parties {
  const random = new Random(options.seed ^ 0x70617274);
  const clients = makeClients(options.accounts, random);
  const routing = Math.max(1, Math.round(options.gateways / 3));
  const mapping = Math.max(1, options.gateways - routing);
  const vendors = VENDOR_GROUPS.slice(0, routing).map((group, i) => makeVendor(group, i));
  return {
    accounts: [...clients, ...vendors],
    gateways: [
      ...Array.from({ length: mapping }, (_, i) => ({
        gateway: `in-${serial(i)}`,
        direction: 'mapping' as const,
        account: clients[i % clients.length].account,
        address: address('198.51.100', 18, i),
      })),
      ...Array.from({ length: routing }, (_, i) => ({
        gateway: `out-${serial(i)}`,
        direction: 'routing' as const,
        account: vendors[i % vendors.length].account,
        address: address('203.0.113', 19, i),
      })),
    ],
  };
}

/** Parties as lines of accounts.csv or gateways.csv, header first, without line ends. */
export function partyLines(rows: readonly (Account | Gateway)[]): string[] {
  return [Object.keys(rows[0]).join(','), ...rows.map((row) => Object.values(row).join(','))];
}

const ZONES = [
  'Europe/Berlin',
  'Europe/London',
  'Europe/Madrid',
  'America/New_York',
  'Asia/Dubai',
  'Asia/Singapore',
  'Africa/Lagos',
  'America/Sao_Paulo',
  'Asia/Kolkata',
  'UTC',
];
const FIRST_WORDS = ['Alder', 'Baltic', 'Cedar', 'Delta', 'Ember', 'Fjord', 'Granite', 'Harbour', 'Iris', 'Juniper'];
const SECOND_WORDS = [
  'Telecom',
  'Voice',
  'Networks',
  'Carrier',
  'Connect',
  'Mobile',
  'Trading',
  'Lines',
  'Calls',
  'Wave',
];

function makeClients(count: number, random: Random): Account[] {
  const weights = zipf(count, 1);
  return Array.from(weights, (weight, i) => {
    // The large ones buy wholesale; what they hold goes with what they spend.
    const rateGroup = i < count / 10 ? 'wholesale' : random.share() < 0.7 ? 'retail' : 'premium';
    const balance = 100 + Math.round(weight * 20_000 * (0.5 + 2 * random.share()));
    const prevent = random.share() < 0.7;
    return {
      account: `client-${String(i + 1).padStart(3, '0')}`,
      name: `${FIRST_WORDS[i % 10]} ${SECOND_WORDS[Math.floor(i / 10) % 10]}${i < 100 ? '' : ` ${1 + Math.floor(i / 100)}`}`,
      kind: 'client' as const,
      rate_group: rateGroup,
      balance: `${balance}.00`,
      credit_limit: prevent ? '0.00' : `${balance}.00`,
      overdraft: prevent ? ('prevent' as const) : ('allow' as const),
      timezone: ZONES[random.below(ZONES.length)],
    };
  });
}

function makeVendor(rateGroup: string, i: number): Account {
  return {
    account: `vendor-${serial(i)}`,
    name: `${FIRST_WORDS[9 - i]} Termination`,
    kind: 'vendor',
    rate_group: rateGroup,
    balance: '0.00',
    credit_limit: '0.00',
    overdraft: 'allow',
    timezone: 'UTC',
  };
}

function serial(i: number): string {
  return String(i + 1).padStart(2, '0');
}

/** Addresses for documentation (RFC 5737), then those for benchmarks (RFC 2544). */
function address(network: string, benchmark: number, i: number): string {
  return i < 250 ? `${network}.${i + 1}` : `198.${benchmark}.${i >> 8}.${i & 255}`;
}
