import type { BillingParameters } from './parameters.ts';
import type { DeckRow } from './single-call.ts';

/** One step of the path of a call: a rule, the parameters it reads, what went in and what came out. */
export interface Step {
  readonly leg: 'call' | 'client' | 'vendor';
  readonly rule: string;
  readonly parameters: readonly ShownParameter[];
  readonly input: string;
  readonly output: string;
  /** The row of the deck that was found, in the step that finds it. */
  readonly rate?: DeckRow;
  /** Rows that match at least as many digits and were not in effect when the call was answered, longest first. */
  readonly notEffective?: readonly DeckRow[];
}

/** A parameter as a step read it; `source` says where its value came from. */
export interface ShownParameter {
  readonly name: string;
  readonly value: string;
  readonly source: string;
}

/** The parameters of a leg of a call, and of each name and of quantiseRates where the value came from. */
export interface LegParameters {
  readonly parameters: BillingParameters;
  readonly quantiseRates: boolean;
  readonly sources: Readonly<Record<string, string>>;
}

/** Parameters by their names, as steps show them. */
export function shownParameters(
  { parameters, quantiseRates, sources }: LegParameters,
  ...names: readonly (keyof BillingParameters | 'quantiseRates')[]
): ShownParameter[] {
  return names.map((name) => ({
    name,
    value: String(name === 'quantiseRates' ? quantiseRates : parameters[name]),
    source: sources[name],
  }));
}
