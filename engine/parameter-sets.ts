import type { CallBatch } from '../rating/columns.ts';
import { type BillingParameters, billingParameters, vendorParameters } from '../rating/parameters.ts';
import { compilePlan } from '../rating/plan.ts';
import { type Pricing, priceTariff } from '../rating/pricing.ts';
import type { CompiledTariff } from '../rating/tariff.ts';
import type { NameTables } from './arrow/call-batches.ts';
import { OperatorError } from './errors.ts';
import type { Names } from './names.ts';
import type { ResolvedConfiguration } from './parameters/configuration.ts';
import { type Leg, type ParameterScope, parametersFor, type ScopeKind } from './parameters/scopes.ts';
import type { Tariff } from './read-tariff.ts';

/** Parameters that some calls of a run are rated under, with where they come from; `id` is what calls refer to. */
export interface ParameterSet {
  readonly id: number;
  readonly pricing: Pricing;
  readonly client: ResolvedLeg;
  /** Only the parameters that decide the vendor fee count here. */
  readonly vendor: ResolvedLeg;
}

/** The parameters of a leg; `scoped` are those which a gateway, account or rate group sets. */
export interface ResolvedLeg {
  readonly parameters: BillingParameters;
  readonly scoped: readonly { readonly name: string; readonly value: number | string; readonly source: string }[];
}

/** Column `parameter_set` holds 16 bits. */
const MOST_SETS = 65_536;

const parameterNames = billingParameters.map(({ name }) => name);

/** More names of a kind than any configuration scopes: what keys of combinations are built with. */
const RADIX = 2 ** 17;

/**
 * The sets of parameters of a run. Without scopes there is one, and no row is looked at. With scopes, a row belongs to
 * what is set for its mapping gateway, account and rate group, and on the vendor leg for its routing gateway, clearing
 * account and their rate group; sets that say the same are one, and sets come up as rows ask for them.
 */
export class ParameterSets {
  readonly #configuration: ResolvedConfiguration;
  readonly #compiled: CompiledTariff;
  readonly #tariff: Tariff;
  readonly #names: NameTables;
  readonly #sets: ParameterSet[] = [];
  readonly #bySaying = new Map<string, ParameterSet>();
  readonly #pricings = new Map<string, Pricing>();
  readonly #byCombination = new Map<number, ParameterSet>();
  readonly #callerGateways: ScopeIds;
  readonly #accounts: ScopeIds;
  readonly #calleeGateways: ScopeIds;

  constructor(configuration: ResolvedConfiguration, compiled: CompiledTariff, tariff: Tariff, names: NameTables) {
    this.#configuration = configuration;
    this.#compiled = compiled;
    this.#tariff = tariff;
    this.#names = names;
    const scoped = (kind: ScopeKind) => namesOf(configuration.scopes, kind);
    const [gateways, accounts, groups] = [scoped('gateway'), scoped('account'), scoped('rateGroup')];
    const group = (account: string) => tariff.groups[tariff.groupOfAccount.get(account) ?? -1] ?? '';
    const ofAccount = (account: string) =>
      `${accounts.has(account) ? account : ''}\0${groups.has(group(account)) ? group(account) : ''}`;
    this.#callerGateways = new ScopeIds(names.gateway, (gateway) => (gateways.has(gateway) ? gateway : ''));
    this.#accounts = new ScopeIds(names.account, ofAccount);
    this.#calleeGateways = new ScopeIds(names.gateway, (gateway) => {
      return `${gateways.has(gateway) ? gateway : ''}\0${ofAccount(tariff.accountOfGateway.get(gateway) ?? '')}`;
    });
    this.#intern({ gateway: null, account: null }, null);
  }

  get all(): readonly ParameterSet[] {
    return this.#sets;
  }

  /** The rows of a batch by their set; undefined when all of it is under one, which is the first of the result. */
  split(batch: CallBatch): { set: ParameterSet; rows: number[] | undefined }[] {
    if (this.#configuration.scopes.length === 0) return [{ set: this.#sets[0], rows: undefined }];
    const { rows, callerGateway, account, calleeGateway } = batch;
    const callers = this.#callerGateways.ids();
    const payers = this.#accounts.ids();
    const callees = this.#calleeGateways.ids();
    const bySet = new Map<ParameterSet, number[]>();
    let current = -1;
    let list: number[] = [];
    for (let row = 0; row < rows; row++) {
      const key = (callers[callerGateway[row]] * RADIX + payers[account[row]]) * RADIX + callees[calleeGateway[row]];
      if (key !== current) {
        current = key;
        const set = this.#byCombination.get(key) ?? this.#combine(key, batch, row);
        list = bySet.get(set) ?? [];
        bySet.set(set, list);
      }
      list.push(row);
    }
    const pieces = [...bySet].map(([set, of]) => ({ set, rows: of }));
    return pieces.length === 1 ? [{ set: pieces[0].set, rows: undefined }] : pieces;
  }

  /** The set that says this of both legs, a new one when there is none yet. */
  add(said: Pick<ParameterSet, 'client' | 'vendor'>): ParameterSet {
    const saying = JSON.stringify([said.client.scoped, said.vendor.scoped]);
    const known = this.#bySaying.get(saying);
    if (known !== undefined) return known;
    const id = this.#sets.length;
    if (id === MOST_SETS) {
      throw new OperatorError(
        `the scopes of the configuration combine to more than ${MOST_SETS} sets of parameters in one run: rate fewer files at a time, or set fewer of them`,
      );
    }
    const set = { id, pricing: this.#price(said.client.parameters, said.vendor.parameters), ...said };
    this.#sets.push(set);
    this.#bySaying.set(saying, set);
    return set;
  }

  #combine(key: number, { callerGateway, account, calleeGateway }: CallBatch, row: number): ParameterSet {
    const name = (names: Names, id: number) => (id === 0 ? null : names.nameOf(id));
    const set = this.#intern(
      { gateway: name(this.#names.gateway, callerGateway[row]), account: name(this.#names.account, account[row]) },
      name(this.#names.gateway, calleeGateway[row]),
    );
    this.#byCombination.set(key, set);
    return set;
  }

  #intern(client: { gateway: string | null; account: string | null }, routing: string | null): ParameterSet {
    const { groups, groupOfAccount, accountOfGateway } = this.#tariff;
    const groupOf = (account: string | null) => groups[groupOfAccount.get(account ?? '') ?? -1] ?? null;
    const clearing = accountOfGateway.get(routing ?? '') ?? null;
    const said = {
      client: this.#resolve({ ...client, rateGroup: groupOf(client.account) }, parameterNames),
      vendor: this.#resolve({ gateway: routing, account: clearing, rateGroup: groupOf(clearing) }, vendorParameters),
    };
    return this.add(said);
  }

  /** Sets that differ only in where their values come from share what these come to. */
  #price(client: BillingParameters, vendor: BillingParameters): Pricing {
    const values = JSON.stringify([client, vendorParameters.map((name) => vendor[name])]);
    const known = this.#pricings.get(values);
    if (known !== undefined) return known;
    const plan = compilePlan(client, this.#configuration.quantiseRates, vendor);
    const pricing = priceTariff(this.#compiled, plan);
    this.#pricings.set(values, pricing);
    return pricing;
  }

  #resolve(leg: Leg, names: readonly string[]): ResolvedLeg {
    const configuration = this.#configuration;
    const { parameters, sources } = parametersFor(configuration, leg);
    const scoped = names
      .filter((name) => sources[name] !== configuration.sources[name])
      .map((name) => ({ name, value: parameters[name as keyof BillingParameters], source: sources[name] }));
    return { parameters, scoped };
  }
}

/** A small number for each distinct scope of names, by the id of the name; 0 stands for names that are in none. */
class ScopeIds {
  readonly #names: Names;
  readonly #scopeOf: (name: string) => string;
  readonly #numbers = new Map<string, number>();
  #ids = new Int32Array(1);

  constructor(names: Names, scopeOf: (name: string) => string) {
    this.#names = names;
    this.#scopeOf = scopeOf;
    this.#numbers.set(scopeOf(''), 0);
  }

  /** By id, as far as ids have been given by now. */
  ids(): Int32Array {
    const known = this.#ids.length;
    const { count } = this.#names;
    if (count < known) return this.#ids;
    const longer = new Int32Array(count + 1);
    longer.set(this.#ids);
    for (let id = known; id <= count; id++) longer[id] = this.#numberOf(this.#scopeOf(this.#names.nameOf(id)));
    this.#ids = longer;
    return longer;
  }

  #numberOf(scope: string): number {
    const number = this.#numbers.get(scope) ?? this.#numbers.size;
    this.#numbers.set(scope, number);
    return number;
  }
}

function namesOf(scopes: readonly ParameterScope[], kind: ScopeKind): ReadonlySet<string> {
  return new Set(scopes.filter((scope) => scope.kind === kind).map(({ name }) => name));
}
