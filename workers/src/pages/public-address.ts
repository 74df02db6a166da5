import ipaddr from 'ipaddr.js'

/** The part of IPv6 that is routed between networks; the rest is local, reserved or a way back into IPv4. */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3') as [ipaddr.IPv6, number]

/** Routed by no one, though it looks it: where Azure tells each of its machines what it is to be, certificates included. */
const AZURE_HOST = '168.63.129.16'

/**
 * True for an address of the public internet. Everything with a special meaning is not: private, loopback,
 * link-local (where clouds keep their metadata), shared, multicast, documentation, tunnels, and IPv4 in IPv6 clothes.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.process(address)
  if (parsed.range() !== 'unicast' || parsed.toString() === AZURE_HOST) return false
  return parsed.kind() === 'ipv4' || (parsed as ipaddr.IPv6).match(GLOBAL_UNICAST)
}
