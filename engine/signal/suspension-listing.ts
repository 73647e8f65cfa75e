import type { Suspension, Suspensions } from '../../signalling/authentication/suspensions.ts';

/** A suspension as it is listed. */
export interface ListedSuspension {
  /** `*` for all of the address. */
  readonly terminal: string;
  readonly address: string;
  /** ISO 8601, UTC. */
  readonly until: string;
}

/** Who is suspended at a running companion, the one that ends first before the others. */
export function suspensionListing(suspensions: Suspensions): ListedSuspension[] {
  return suspensions.list().map(listed);
}

/** Lifts what `terminal` and `address` of a question name. @returns what was lifted */
export function liftSuspensions(suspensions: Suspensions, query: URLSearchParams): ListedSuspension[] {
  return suspensions.lift(query.get('terminal') ?? '', query.get('address') ?? '').map(listed);
}

function listed({ terminal, address, untilMs }: Suspension): ListedSuspension {
  return { terminal, address, until: new Date(untilMs).toISOString() };
}
