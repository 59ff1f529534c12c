import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Whether a text is from somebody who knows the API key, or what Headroom keeps of it. */
export type IsSigned = (text: string, signature: string | undefined) => boolean;

/** @returns undefined for what is no key of Headroom's: nothing could be told by it */
export function signatureCheck(apiKey: string): IsSigned | undefined {
  const [, secret] = /^hr_[^_]+_(.+)$/.exec(apiKey) ?? [];
  if (secret === undefined) return undefined;
  const key = createHash('sha256').update(secret).digest('base64url');
  return (text, signature = '') => {
    const expected = Buffer.from(`v1=${createHmac('sha256', key).update(text).digest('base64url')}`);
    const given = Buffer.from(signature);
    return given.length === expected.length && timingSafeEqual(given, expected);
  };
}
