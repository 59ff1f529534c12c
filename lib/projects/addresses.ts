import ipaddr from 'ipaddr.js';

/**
 * `private` covers loopback and private ranges, which a deployment may allow. `forbidden` is never a target: link-local
 * (with the metadata services of clouds), multicast, broadcast, unspecified and reserved ranges.
 */
export type AddressKind = 'public' | 'private' | 'forbidden';

const metadataServices = new Set(['fd00:ec2::254', '169.254.169.254']);
const privateRanges = new Set(['loopback', 'private', 'uniqueLocal', 'carrierGradeNat']);

/** Of an IPv4 or IPv6 address. An IPv4 address inside an IPv6 one counts as what it is. */
export function addressKind(address: string): AddressKind {
  if (!ipaddr.isValid(address)) return 'forbidden';
  const parsed = ipaddr.process(address);
  if (metadataServices.has(parsed.toString())) return 'forbidden';
  const range = parsed.range();
  if (range === 'unicast') return 'public';
  return privateRanges.has(range) ? 'private' : 'forbidden';
}
