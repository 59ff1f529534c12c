import { readFileSync } from 'node:fs';
import { type ConnectionOptions, checkServerIdentity, rootCertificates } from 'node:tls';
import { type DatabaseTls, type TlsMode, tlsModes } from '../../contracts/databases.ts';
import { DomainError } from '../../platform/errors.ts';

/** Where Lambda keeps Amazon's authorities, those of RDS among them; Node 20 and later do not trust them by themselves. */
const amazonsPath = '/var/runtime/ca-cert.pem';

/** How a server is connected to: `ssl` as node-postgres takes it, and the URL without what says the same. */
export interface SecuredAddress {
  url: string;
  ssl: false | ConnectionOptions;
}

/** Parameters of a URL that node-postgres would follow in place of `ssl`, and that name files of the machine. */
const parameters = ['ssl', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'sslnegotiation', 'uselibpqcompat'];

/**
 * @param settings of whoever registered the database; where there are none, the URL's `sslmode` counts, and then `otherwise`
 * @throws DomainError invalid-request for an `sslmode` that is none, or that takes what comes
 */
export function securedAddress(text: string, settings: DatabaseTls | undefined, otherwise: TlsMode): SecuredAddress {
  const url = new URL(text);
  const mode = settings?.mode ?? modeIn(url) ?? otherwise;
  for (const name of parameters) url.searchParams.delete(name);
  return { url: url.href, ssl: sslOf(mode, settings?.ca, url.hostname) };
}

function modeIn({ searchParams }: URL): TlsMode | undefined {
  const given = searchParams.get('sslmode');
  if (given === null) return undefined;
  const mode = tlsModes.find((each) => each === given);
  if (mode === undefined)
    throw new DomainError('invalid-request', `The sslmode must be one of ${tlsModes.join(', ')}.`);
  return mode;
}

function sslOf(mode: TlsMode, given: string | undefined, host: string): false | ConnectionOptions {
  if (mode === 'disable') return false;
  if (mode === 'require') return { rejectUnauthorized: false };
  const ca = given === undefined ? [...rootCertificates, ...amazons()] : [given];
  // By name or address: node-postgres names no server to Node where the address is a number.
  const named = (_: string, certificate: Parameters<typeof checkServerIdentity>[1]) =>
    checkServerIdentity(host.replace(/^\[|\]$/g, ''), certificate);
  return { ca, checkServerIdentity: mode === 'verify-full' ? named : () => undefined };
}

function amazons(): string[] {
  try {
    return [readFileSync(amazonsPath, 'utf8')];
  } catch {
    return [];
  }
}
