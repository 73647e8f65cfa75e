/**
 * Why the server itself ended or refused a call: the negative codes of `end_reason`, with a symbol and a sentence each.
 * The codes are ours; once written into events they never change their meaning.
 */
export const serverReasons = [
  {
    code: -1,
    symbol: 'unauthorised_source',
    meaning: 'The source is neither a known gateway nor an authenticated terminal.',
  },
  { code: -2, symbol: 'duration_cap', meaning: 'The limit on the duration of a call was reached.' },
  {
    code: -3,
    symbol: 'session_timer_expired',
    meaning: 'The session was not refreshed before its timer ran out (RFC 4028).',
  },
  { code: -4, symbol: 'balance_used_up', meaning: 'Balance and credit of the account were used up during the call.' },
  {
    code: -5,
    symbol: 'lost_at_restart',
    meaning: 'The call was up when the server stopped; it ends at its last sign of life.',
  },
  { code: -6, symbol: 'no_route', meaning: 'No routing gateway serves the called number.' },
  { code: -7, symbol: 'all_gateways_failed', meaning: 'Every routing gateway of the route was tried, and failed.' },
  { code: -8, symbol: 'ring_timeout', meaning: 'Nobody answered within the time allowed for ringing.' },
  { code: -9, symbol: 'administrative', meaning: 'An operator ended the call.' },
  { code: -10, symbol: 'resources', meaning: 'A limit on calls or a lack of resources ended the call.' },
  { code: -11, symbol: 'insufficient_balance', meaning: 'Balance and credit did not allow the call to begin.' },
  {
    code: -12,
    symbol: 'no_acknowledgement',
    meaning: 'The answer was never acknowledged by the caller (RFC 3261, 13.3.1.4).',
  },
  { code: -13, symbol: 'loop_detected', meaning: 'The call came back to the server, or its Max-Forwards was used up.' },
  { code: -14, symbol: 'shutdown', meaning: 'The server was stopped and ended its calls.' },
  { code: -15, symbol: 'no_response', meaning: 'The routing gateway did not answer the INVITE in time.' },
  {
    code: -16,
    symbol: 'unauthorised_flood',
    meaning:
      'Calls of an unauthorised source that were counted under a flood: sip_call_id says how many, start_at and ended_at from when to when.',
  },
] as const;

export type ServerReasonSymbol = (typeof serverReasons)[number]['symbol'];

/** Code of each server reason by its symbol. */
export const serverReasonCode = Object.fromEntries(serverReasons.map(({ code, symbol }) => [symbol, code])) as Record<
  ServerReasonSymbol,
  number
>;
