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

/** @returns undefined where the deployment has no OIDC issuer. */
export function openOidc(parts: Pick<Parts, 'configuration' | 'table' | 'clock' | 'log'>): Oidc | undefined {
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
