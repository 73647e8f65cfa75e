/**
 * Who pays and who is paid, by the ids of the run's dictionaries; id 0 is nobody. `groupOf…` is a place in the tariff's
 * list of rate groups, -1 for none; `accountOfGateway` the id of a routing gateway's clearing account, 0 for none.
 * All reach as far as the ids of the batch do.
 */
export interface Parties {
  readonly groupOfAccount: Int32Array;
  readonly groupOfGateway: Int32Array;
  readonly accountOfGateway: Int32Array;
}
