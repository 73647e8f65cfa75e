/** A presence document as gateways publish it. */
export function pidf(basic: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:out-1@192.0.2.1">
  <tuple id="trunk"><status><basic>${basic}</basic></status></tuple>
</presence>
`;
}
