/**
 * The statuses a call can end in, in order of precedence: the first rule that applies ends the path.
 * The position in this list is the code stored per row; 0 means "still on its way".
 *
 * `recorded` says where a call of that status is kept, `charged` whether its fee is owed.
 * Source: rating.md, "The path of a call".
 */
export const statuses = [
  { name: 'undecided', recorded: 'nowhere', charged: false },
  { name: 'rejected', recorded: 'rejected_events', charged: false },
  { name: 'duplicate', recorded: 'nowhere', charged: false },
  { name: 'no_cdr', recorded: 'nowhere', charged: false },
  { name: 'suppressed_illegal', recorded: 'nowhere', charged: false },
  { name: 'suppressed_zero_hold', recorded: 'nowhere', charged: false },
  { name: 'suppressed_server_hang_up', recorded: 'nowhere', charged: false },
  { name: 'illegal', recorded: 'rated_calls', charged: false },
  { name: 'toll_free', recorded: 'rated_calls', charged: false },
  { name: 'zero_hold', recorded: 'rated_calls', charged: false },
  { name: 'within_free_time', recorded: 'rated_calls', charged: false },
  { name: 'invalid_number', recorded: 'unrated_calls', charged: false },
  { name: 'unknown_account', recorded: 'unrated_calls', charged: false },
  { name: 'no_rate', recorded: 'unrated_calls', charged: false },
  { name: 'locked_prefix', recorded: 'unrated_calls', charged: false },
  // Rules 15 and 16 need all calls of an account in the order of time: overdraft.ts applies them after the batches.
  { name: 'overdraft_refused', recorded: 'rated_calls', charged: false },
  { name: 'overdraft_capped', recorded: 'rated_calls', charged: true },
  { name: 'charged', recorded: 'rated_calls', charged: true },
] as const;

export type StatusName = (typeof statuses)[number]['name'];

/** Code of each status by its name. */
export const statusCode = Object.fromEntries(statuses.map((status, code) => [status.name, code])) as Record<
  StatusName,
  number
>;

/** 1 for the codes of statuses whose calls are rated, charged or not. */
export const isRated = Uint8Array.from(statuses, ({ recorded }) => (recorded === 'rated_calls' ? 1 : 0));

/** 1 for the codes of statuses whose calls wait for a rate or an account. */
export const isWaiting = Uint8Array.from(statuses, ({ recorded }) => (recorded === 'unrated_calls' ? 1 : 0));

/** 1 for the codes of statuses whose calls are kept at all. */
export const isStored = Uint8Array.from(statuses, (_, code) => isRated[code] | isWaiting[code]);
