import { z } from 'zod';
import { scopes } from './keys.ts';
import { defaultOidcScopes, type OidcSettings, oidcSettings } from './oidc.ts';

/** `platform-admins=admin,developers=operate` */
const scopeMapping = z
  .string()
  .max(2_000)
  .transform((text, context) => {
    const mapping: Record<string, (typeof scopes)[number]> = {};
    for (const pair of text.split(',')) {
      const [, value, name] = /^\s*(.+?)\s*=\s*(\w+)\s*$/.exec(pair) ?? [];
      const scope = scopes.find((one) => one === name);
      if (value === undefined || scope === undefined) {
        context.addIssue({ code: 'custom', message: `must be value=scope,... with the scopes ${scopes.join(', ')}` });
        return z.NEVER;
      }
      mapping[value] = scope;
    }
    return mapping;
  });

const { issuer, audience, clientId, scopeClaim, projectsClaim, signInScope } = oidcSettings.shape;

/** Who may come in, and how often they may ask: what a deployment, and the platform on one machine, are told of it. */
export const accessOptions = {
  oidcIssuer: issuer
    .optional()
    .describe('The OIDC issuer whose tokens are taken beside API keys, as its tokens name it'),
  oidcAudience: audience.optional().describe('What such a token must be for; an issuer needs it'),
  oidcClientId: clientId.describe('The public client by which people sign in to the dashboard, with PKCE'),
  oidcScopeClaim: scopeClaim.describe('The claim of a token that says what its holder may do'),
  oidcScopes: scopeMapping
    .optional()
    .describe(
      `What its values stand for, as platform-admins=admin,developers=operate. Default: ${Object.keys(defaultOidcScopes).join(', ')}`,
    ),
  oidcProjectsClaim: projectsClaim.describe(
    'The claim that binds a token to projects; `*` in it is all. Without the option a token is for every project',
  ),
  oidcSignInScope: signInScope.describe(
    'What the dashboard asks the issuer for. Default: openid profile and the scopes',
  ),
  requestsPerMinute: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .describe(
      'What a key may ask of one process of a function, where the key says nothing itself; data may come in 20 times as often',
    ),
};

const accessOptionsObject = z.object(accessOptions);
export type AccessOptions = z.output<typeof accessOptionsObject>;

/** An issuer without an audience would let in every token that it ever signs, for whomever. */
export function requireWholeOidc(options: AccessOptions, context: z.RefinementCtx): void {
  const wrong = (option: keyof AccessOptions, message: string): void => {
    context.addIssue({ code: 'custom', path: [option], message });
  };
  if (options.oidcIssuer !== undefined && options.oidcAudience === undefined) {
    wrong('oidcAudience', 'is needed with oidcIssuer');
  }
  if (options.oidcIssuer !== undefined) return;
  for (const option of [
    'oidcAudience',
    'oidcClientId',
    'oidcScopes',
    'oidcProjectsClaim',
    'oidcSignInScope',
  ] as const) {
    if (options[option] !== undefined) wrong(option, 'means nothing without oidcIssuer');
  }
}

/** @returns undefined where there is no issuer */
export function oidcOf(options: AccessOptions): OidcSettings | undefined {
  const { oidcIssuer, oidcAudience } = options;
  if (oidcIssuer === undefined || oidcAudience === undefined) return undefined;
  return {
    issuer: oidcIssuer,
    audience: oidcAudience,
    clientId: options.oidcClientId,
    scopeClaim: options.oidcScopeClaim,
    scopes: options.oidcScopes ?? defaultOidcScopes,
    projectsClaim: options.oidcProjectsClaim,
    signInScope: options.oidcSignInScope,
  };
}

/** The settings of functions that follow from the options. @param requestsPerMinute where the options have none */
export const accessSettings = (options: AccessOptions, requestsPerMinute: number) => ({
  HEADROOM_OIDC: JSON.stringify(oidcOf(options) ?? null),
  HEADROOM_REQUESTS_PER_MINUTE: String(options.requestsPerMinute ?? requestsPerMinute),
});

/** `oidcIssuer` -> `HEADROOM_OIDC_ISSUER`: how the platform on one machine is told. */
const variableOf = (option: string): string =>
  `HEADROOM_${option.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

/** @throws with one line for each variable that is wrong */
export function accessOptionsOf(environment: Readonly<Record<string, string | undefined>>): AccessOptions {
  const given = Object.keys(accessOptions).map((option) => [option, environment[variableOf(option)] || undefined]);
  const parsed = accessOptionsObject.superRefine(requireWholeOidc).safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  throw new Error(
    parsed.error.issues.map(({ path, message }) => `${variableOf(path.join('.'))}: ${message}`).join('\n'),
  );
}
