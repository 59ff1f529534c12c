import ipaddr from 'ipaddr.js';

/**
 * `private` covers loopback and private ranges, which a deployment may allow. `forbidden` is never a target: link-local
 * (with the metadata services of clouds), multicast, broadcast, unspecified and reserved ranges.
 */
export type AddressKind = 'public' | 'private' | 'forbidden';

/** Metadata and name services of clouds that stand outside the link-local range. */
const cloudServices: [ipaddr.IPv4 | ipaddr.IPv6, number][] = [
  ipaddr.parseCIDR('fd00:ec2::/32'), // AWS: instance metadata, DNS, time
  ipaddr.parseCIDR('fd20:ce::254/128'), // Google Cloud
  ipaddr.parseCIDR('100.100.100.200/32'), // Alibaba Cloud
  ipaddr.parseCIDR('168.63.129.16/32'), // Azure
];

const privateRanges = new Set(['loopback', 'private', 'uniqueLocal', 'carrierGradeNat']);

/** The only part of IPv6 from which global addresses are given out (RFC 4291, IANA). */
const globalIpv6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** Of an IPv4 or IPv6 address. An IPv4 address inside an IPv6 one counts as what it is. */
export function addressKind(address: string): AddressKind {
  if (!ipaddr.isValid(address)) return 'forbidden';
  const parsed = ipaddr.process(address);
  if (cloudServices.some(([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits))) {
    return 'forbidden';
  }
  const range = parsed.range();
  if (privateRanges.has(range)) return 'private';
  if (range !== 'unicast') return 'forbidden';
  return parsed instanceof ipaddr.IPv6 && !parsed.match(globalIpv6) ? 'forbidden' : 'public';
}
