import { z } from 'zod';
import { timestamp } from '../../contracts/names.ts';
import type { ItemType } from '../table/item.ts';

/** A public key as RFC 7517 writes it, without whatever else the issuer says of it. */
export const publicKey = z.object({
  kty: z.enum(['RSA', 'EC', 'OKP']),
  kid: z.string().max(500).optional(),
  alg: z.string().max(50).optional(),
  use: z.string().max(50).optional(),
  n: z.string().max(4_000).optional(),
  e: z.string().max(100).optional(),
  crv: z.string().max(50).optional(),
  x: z.string().max(500).optional(),
  y: z.string().max(500).optional(),
});
export type PublicKey = z.output<typeof publicKey>;

/** What is known of the issuer, as it last said it. */
const knownIssuer = z.object({
  issuer: z.string(),
  authorizationEndpoint: z.string().optional(),
  tokenEndpoint: z.string().optional(),
  keys: z.array(publicKey),
  fetchedAt: timestamp,
});
export type KnownIssuer = z.output<typeof knownIssuer>;

export const issuerItem: ItemType<KnownIssuer> = { name: 'OidcIssuer', version: 1, schema: knownIssuer };
