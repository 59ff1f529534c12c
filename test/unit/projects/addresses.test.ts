import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AddressKind, addressKind } from '../../../lib/projects/addresses.ts';

const addresses: Record<AddressKind, Record<string, string>> = {
  public: {
    '93.184.215.14': 'IPv4',
    '8.8.8.8': 'IPv4',
    '172.32.0.1': 'just beyond 172.16.0.0/12',
    '100.128.0.1': 'just beyond 100.64.0.0/10',
    '2606:2800:21f:cb07:6820:80da:af6b:8b2c': 'IPv6',
    '::ffff:8.8.8.8': 'a public IPv4 address inside IPv6',
  },
  private: {
    '127.0.0.1': 'loopback',
    '127.255.255.254': 'loopback',
    '10.0.0.1': 'private',
    '172.16.0.1': 'private',
    '172.31.255.255': 'private',
    '192.168.1.1': 'private',
    '100.64.0.1': 'carrier-grade NAT',
    '::1': 'IPv6 loopback',
    'fd12:3456:789a::1': 'unique local',
    'fc00::1': 'unique local',
    '::ffff:127.0.0.1': 'loopback inside IPv6',
    '::ffff:10.0.0.1': 'private inside IPv6',
    '::ffff:7f00:1': 'loopback inside IPv6, in hexadecimal',
  },
  forbidden: {
    '169.254.169.254': 'metadata',
    '169.254.170.2': 'container credentials',
    '169.254.0.1': 'link-local',
    '::ffff:169.254.169.254': 'metadata inside IPv6',
    '::ffff:a9fe:a9fe': 'metadata inside IPv6, in hexadecimal',
    'fd00:ec2::254': 'metadata of AWS over IPv6',
    'fd00:0ec2:0:0:0:0:0:254': 'the same, written out',
    'fd00:ec2::253': 'DNS of AWS over IPv6',
    'fd20:ce::254': 'metadata of Google Cloud over IPv6',
    '100.100.100.200': 'metadata of Alibaba Cloud',
    '::ffff:100.100.100.200': 'the same inside IPv6',
    '168.63.129.16': 'platform service of Azure',
    '192.0.0.192': 'metadata of Oracle Cloud',
    '0.0.0.0': 'unspecified',
    '0.1.2.3': 'this network',
    '255.255.255.255': 'broadcast',
    '224.0.0.1': 'multicast',
    '239.255.255.250': 'multicast',
    '240.0.0.1': 'reserved',
    '192.0.2.1': 'documentation',
    '198.51.100.1': 'documentation',
    '203.0.113.1': 'documentation',
    '198.18.0.1': 'benchmarks',
    '192.88.99.1': '6to4 relays',
    '::': 'unspecified',
    '::7f00:1': 'IPv4-compatible, deprecated',
    '::169.254.169.254': 'IPv4-compatible, as resolvers write it',
    'fe80::1': 'link-local',
    'fe80::1%eth0': 'link-local with a zone',
    'fec0::1': 'site-local, deprecated',
    'ff02::1': 'multicast',
    '64:ff9b::7f00:1': 'NAT64 of loopback',
    '64:ff9b::a9fe:a9fe': 'NAT64 of metadata',
    '64:ff9b:1::1': 'local NAT64',
    '2002:7f00:1::': '6to4 of loopback',
    '2001:0:7f00:1::1': 'Teredo',
    '2001:db8::1': 'documentation',
    '100::1': 'discard',
    '4000::1': 'not given out',
    localhost: 'no address',
    '': 'no address',
    '1.2.3.4.5': 'no address',
  },
};

describe('the kind of an address', () => {
  for (const [kind, table] of Object.entries(addresses)) {
    it.each(Object.entries(table))(`of %s (%s) is ${kind}`, (address) => {
      expect(addressKind(address)).toBe(kind);
    });
  }

  it('is the same inside IPv6 as for the IPv4 address itself', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(addressKind(`::ffff:${address}`)).toBe(addressKind(address));
      }),
    );
  });

  it('is known for whatever comes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV6(), fc.ipV4(), fc.ipV4Extended(), fc.string()), (text) => {
        expect(['public', 'private', 'forbidden']).toContain(addressKind(text));
      }),
    );
  });
});
