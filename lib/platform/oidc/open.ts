import { functionDefinition } from '../../contracts/functions.ts';
import type { OidcSettings } from '../../contracts/oidc.ts';
import type { Parts } from '../parts.ts';
import { IssuerKeys } from './issuer-keys.ts';
import { TokenVerifier } from './token-verifier.ts';

export interface Oidc {
  settings: OidcSettings;
  keys: IssuerKeys;
  tokens: TokenVerifier;
}

type OidcParts = Pick<Parts, 'configuration' | 'table' | 'clock' | 'log'>;

/** @returns undefined where the deployment has no OIDC issuer. */
export function openOidc(parts: OidcParts): Oidc | undefined {
  const { oidc: settings, functionName } = parts.configuration;
  if (settings === undefined) return undefined;
  const { network, tables } = functionDefinition(functionName);
  const keys = new IssuerKeys({
    table: parts.table,
    clock: parts.clock,
    log: parts.log,
    settings,
    reaches: network === 'public',
    stores: tables.history === 'readWrite',
  });
  return { settings, keys, tokens: new TokenVerifier(settings, keys, parts) };
}

/** A duty of the tick. It answers how often it asked the issuer. */
export function issuerKeysRenewal(parts: OidcParts): () => Promise<number> {
  const oidc = openOidc(parts);
  return async () => (await oidc?.keys.renew()) ?? 0;
}
