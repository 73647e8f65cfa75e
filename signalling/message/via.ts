import { isSpace, skipSpace, tokenEnd, trimSpace } from './byte-string.ts';
import { hostPort } from './host-port.ts';
import { headerParameters, type Parameters, writeParameters } from './parameters.ts';

/** One element of Via (RFC 3261, 20.42): where an answer goes. */
export interface Via {
  /** In capitals: `UDP`, `TCP`, `TLS`. */
  readonly transport: string;
  /** Sent-by host: a name, an IPv4 address, or an IPv6 address in brackets. */
  readonly host: string;
  /** Undefined when sent-by names none. */
  readonly port: number | undefined;
  readonly branch: string | undefined;
  /** Address the request came from, when a hop before us put it there. */
  readonly received: string | undefined;
  /** Port of RFC 3581: undefined when absent, empty when asked for (`;rport`). */
  readonly rport: string | undefined;
  /** All parameters, those above among them. */
  readonly parameters: Parameters;
}

/** Decodes `SIP/2.0/UDP host:port;branch=…`, spaces allowed between the parts; undefined when it is something else. */
export function via(value: string): Via | undefined {
  const version = value.indexOf('/');
  const slash = value.indexOf('/', version + 1);
  if (version < 0 || slash < 0) return undefined;
  if (trimSpace(value, 0, version).toUpperCase() !== 'SIP' || trimSpace(value, version + 1, slash) !== '2.0') {
    return undefined;
  }
  const from = skipSpace(value, slash + 1);
  const space = tokenEnd(value, from);
  if (space === from || !isSpace(value.charCodeAt(space))) return undefined;
  const semicolon = value.indexOf(';', space);
  const end = semicolon < 0 ? value.length : semicolon;
  const sentBy = hostPort(trimSpace(value, space, end));
  const parameters = headerParameters(value, end);
  if (sentBy === undefined || parameters === undefined) return undefined;
  return {
    transport: value.slice(from, space).toUpperCase(),
    host: sentBy.host,
    port: sentBy.port,
    branch: parameters.get('branch'),
    received: parameters.get('received'),
    rport: parameters.has('rport') ? (parameters.get('rport') ?? '') : undefined,
    parameters,
  };
}

/** The parameters as they are in `parameters`. */
export function writeVia({
  transport,
  host,
  port,
  parameters,
}: Pick<Via, 'transport' | 'host' | 'port' | 'parameters'>) {
  return `SIP/2.0/${transport} ${host}${port === undefined ? '' : `:${port}`}${writeParameters(parameters)}`;
}
