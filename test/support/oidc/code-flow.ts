import { createHash, randomUUID } from 'node:crypto';
import type { JWTPayload } from 'jose';

interface Grant {
  redirectUri: string;
  challenge: string;
  scope: string;
  nonce: string | undefined;
}

interface CodeFlowOptions {
  clientId: string;
  sign: (claims: JWTPayload) => Promise<string>;
}

/** The authorization code flow with PKCE (RFC 7636), as strict as the RFCs let an issuer be, with a person who always agrees. */
export class CodeFlow {
  readonly #options: CodeFlowOptions;
  readonly #grants = new Map<string, Grant>();

  constructor(options: CodeFlowOptions) {
    this.#options = options;
  }

  authorize(query: URLSearchParams): { status: number; location?: string; why?: string } {
    const refused = (why: string) => ({ status: 400, why });
    const redirectUri = query.get('redirect_uri');
    const challenge = query.get('code_challenge');
    if (query.get('client_id') !== this.#options.clientId) return refused('unknown client');
    if (redirectUri === null || !/^https?:\/\/(127\.0\.0\.1|localhost)[:/]/.test(redirectUri))
      return refused('redirect_uri');
    if (query.get('response_type') !== 'code') return refused('response_type');
    if (query.get('code_challenge_method') !== 'S256' || challenge === null) return refused('no PKCE');
    const code = randomUUID();
    const scope = query.get('scope') ?? '';
    this.#grants.set(code, { redirectUri, challenge, scope, nonce: query.get('nonce') ?? undefined });
    const location = new URL(redirectUri);
    location.searchParams.set('code', code);
    const state = query.get('state');
    if (state !== null) location.searchParams.set('state', state);
    return { status: 302, location: location.href };
  }

  async exchange(form: URLSearchParams): Promise<{ status: number; body: object }> {
    const refused = (error: string) => ({ status: 400, body: { error } });
    const code = form.get('code') ?? '';
    const grant = this.#grants.get(code);
    // A code is good once, whatever comes of it.
    this.#grants.delete(code);
    if (form.get('grant_type') !== 'authorization_code') return refused('unsupported_grant_type');
    if (form.get('client_id') !== this.#options.clientId) return refused('invalid_client');
    const answer = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (grant === undefined || grant.redirectUri !== form.get('redirect_uri') || grant.challenge !== answer) {
      return refused('invalid_grant');
    }
    const { scope, nonce } = grant;
    const [accessToken, idToken] = await Promise.all([
      this.#options.sign({ scope }),
      this.#options.sign({ aud: this.#options.clientId, ...(nonce === undefined ? {} : { nonce }) }),
    ]);
    return {
      status: 200,
      body: { access_token: accessToken, id_token: idToken, token_type: 'Bearer', expires_in: 600, scope },
    };
  }
}
