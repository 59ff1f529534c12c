import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { DomainError } from '../platform/errors.ts';
import { type AddressKind, addressKind } from './addresses.ts';

/** Where requests of a load test go. Each connection is pinned to one of `addresses`, so a name cannot move on its way. */
export interface Target {
  protocol: 'http:' | 'https:';
  hostname: string;
  port: number;
  /** The base URL's path, without a slash at its end. */
  basePath: string;
  addresses: readonly string[];
}

/** Gives every address of a name. @throws when there is none */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

export const systemResolve: Resolve = async (hostname) => {
  const found = await lookup(hostname, { all: true, verbatim: true });
  return found.map(({ address }) => address);
};

const defaultPorts = { 'http:': 80, 'https:': 443 } as const;

/** Resolves a base URL. @throws DomainError target-not-allowed when its name has no address */
export async function resolveTarget(baseUrl: string, resolve: Resolve): Promise<Target> {
  const url = new URL(baseUrl);
  const protocol = url.protocol === 'https:' ? 'https:' : 'http:';
  // URL has already normalized decimal, octal and hexadecimal IPv4 forms, and puts IPv6 into brackets.
  const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const addresses = isIP(hostname) === 0 ? await resolveName(hostname, resolve) : [hostname];
  return {
    protocol,
    hostname,
    port: url.port === '' ? defaultPorts[protocol] : Number(url.port),
    basePath: url.pathname.replace(/\/$/, ''),
    addresses,
  };
}

async function resolveName(hostname: string, resolve: Resolve): Promise<readonly string[]> {
  let addresses: readonly string[];
  try {
    addresses = await resolve(hostname);
  } catch (cause) {
    throw new DomainError('target-not-allowed', `The name ${hostname} has no address.`, { cause });
  }
  if (addresses.length === 0) throw new DomainError('target-not-allowed', `The name ${hostname} has no address.`);
  return addresses;
}

/** One bad address spoils the target: a connection may go to any of them. */
export function targetKind({ addresses }: Pick<Target, 'addresses'>): AddressKind {
  const kinds = addresses.map(addressKind);
  if (kinds.includes('forbidden')) return 'forbidden';
  const [first] = kinds;
  return first !== undefined && kinds.every((kind) => kind === first) ? first : 'forbidden';
}

/** @throws DomainError target-not-allowed where the rules for addresses forbid the target */
export function requireAllowed(target: Pick<Target, 'hostname' | 'addresses'>, privateTargets: boolean): AddressKind {
  const kind = targetKind(target);
  if (kind === 'forbidden') {
    throw new DomainError(
      'target-not-allowed',
      `${target.hostname} has an address that is never a target (link-local, metadata, multicast, reserved), or both public and private ones.`,
    );
  }
  if (kind === 'private' && !privateTargets) {
    throw new DomainError(
      'target-not-allowed',
      `${target.hostname} has a private address, and this deployment does not allow private targets.`,
    );
  }
  return kind;
}
