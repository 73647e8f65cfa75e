/** Where a message comes from or goes to. */
export interface Peer {
  readonly transport: 'udp' | 'tcp';
  /** IPv4 or IPv6 address, without brackets. */
  readonly address: string;
  readonly port: number;
  /** TCP: the port to connect to when the connection to `port` is not up any more (RFC 3261, 18.2.2). */
  readonly otherwisePort?: number;
  /** UDP: whether a closed port is to be noticed at once; for gateways, as each such peer takes a socket. */
  readonly isNoticed?: boolean;
}

/** What the layers above ask of the transport. */
export interface MessageSender {
  /**
   * Sends the bytes of one message; on TCP over the connection that is up, or else a new one. `failed` is called at most
   * once, and never within this call, when the transport learns that they did not arrive (RFC 3261, 18.4).
   */
  send(bytes: Uint8Array, peer: Peer, failed: (problem: string) => void): void;
  /** Sends bytes that are no message over UDP. Nobody is told when they do not arrive, and no trace shows them. */
  sendKeepAlive(payload: Uint8Array, peer: Peer): void;
  /** `host:port` for Via and Contact: of the socket from which a message to `peer` would go. */
  localAddress(peer: Peer): string;
}

export function peerText({ transport, address, port }: Peer): string {
  return `${transport} ${hostText(address)}:${port}`;
}

/** An address as a URI or Via has it: IPv6 in brackets. */
export function hostText(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
