import { z } from 'zod';
import { isSafeIssuerUrl } from '../../contracts/oidc.ts';
import { type KnownIssuer, publicKey } from './model.ts';

/** An issuer that hangs must not hang those who wait for its keys. */
const timeoutMs = 3_000;
/** Far more than any key set has. */
const maxBytes = 256 * 1024;
const maxKeys = 50;

const safeUrl = z.string().max(2_000).refine(isSafeIssuerUrl, 'is no https URL');

/** OpenID Connect Discovery 1.0, section 3: the part of it that matters here. */
const discovery = z.object({
  issuer: z.string(),
  jwks_uri: safeUrl,
  authorization_endpoint: safeUrl.optional(),
  token_endpoint: safeUrl.optional(),
});

const keySet = z.object({ keys: z.array(z.unknown()).max(maxKeys) });

export type FetchedIssuer = Omit<KnownIssuer, 'fetchedAt'>;

/**
 * Asks an issuer for its endpoints and its public keys.
 * @throws Error with what was wrong, where it cannot be reached, takes longer than 3 s for a part, or is not what it should be
 */
export async function fetchIssuer(issuer: string): Promise<FetchedIssuer> {
  const about = discovery.parse(await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`));
  // Section 4.3: else one issuer could speak for another.
  if (about.issuer !== issuer) throw new Error(`The issuer calls itself ${about.issuer.slice(0, 200)}, not ${issuer}`);
  const { keys } = keySet.parse(await fetchJson(about.jwks_uri));
  return {
    issuer,
    authorizationEndpoint: about.authorization_endpoint,
    tokenEndpoint: about.token_endpoint,
    keys: keys.flatMap((key) => {
      // A key of a kind that nobody here can use is no reason to take none.
      const parsed = publicKey.safeParse(key);
      return parsed.success && parsed.data.use !== 'enc' ? [parsed.data] : [];
    }),
  };
}

async function fetchJson(url: string): Promise<unknown> {
  const response = await fetch(url, {
    headers: { accept: 'application/json' },
    // Keys are fetched from where the issuer said, or not at all.
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!response.ok) throw new Error(`${url} was answered with ${response.status}`);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Error(`${url} has more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}
