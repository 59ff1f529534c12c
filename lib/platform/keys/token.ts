import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { apiKeyPattern } from '../../contracts/keys.ts';

export interface Token {
  keyId: string;
  secret: string;
}

/** Which secret of a key: after a rotation the one before it is taken for a while too. */
export type SecretOf = 'current' | 'previous';

export const newSecret = (): string => randomBytes(32).toString('base64url');

export const formatToken = ({ keyId, secret }: Token): string => `hr_${keyId}_${secret}`;

/** @returns undefined for what cannot be one of our tokens. */
export function parseToken(text: string): Token | undefined {
  const [, keyId, secret] = apiKeyPattern.exec(text) ?? [];
  return keyId === undefined || secret === undefined ? undefined : { keyId, secret };
}

export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

export function secretMatches(secret: string, hash: string): boolean {
  const given = Buffer.from(hashSecret(secret));
  const kept = Buffer.from(hash);
  return given.length === kept.length && timingSafeEqual(given, kept);
}
