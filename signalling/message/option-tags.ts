import type { SipHeaders } from './headers.ts';

/** Option tags of Supported, Require, Proxy-Require or Unsupported, in lower case: `timer`, `100rel`. */
export function optionTags(headers: SipHeaders, name: string): ReadonlySet<string> {
  return new Set(headers.list(name).map((tag) => tag.toLowerCase()));
}
