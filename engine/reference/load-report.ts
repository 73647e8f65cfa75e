import type { Kind } from './kinds.ts';
import type { Mistake } from './mistake.ts';
import type { PrecisionEffect } from './precision-effect.ts';

/** What came of loading a file. */
export interface LoadReport {
  readonly file: string;
  readonly kind: Kind['kind'];
  /** `unchanged`: the database already has all of it. `refused`: it has mistakes, and nothing of it was loaded. */
  readonly outcome: 'loaded' | 'unchanged' | 'refused';
  /** The load this was, or for a file loaded before, the load that was; null when refused. */
  readonly loadId: number | null;
  readonly rows: number;
  readonly added: number;
  readonly changed: number;
  readonly mistakes: readonly Mistake[];
  readonly warnings: readonly string[];
  /** Of rates: what rounding to the precision does to them. */
  readonly precision?: PrecisionEffect;
}
