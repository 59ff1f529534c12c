import { describe, expect, it } from 'vitest';
import { accessOptionsOf, accessSettings } from '../../lib/contracts/access-options.ts';
import { parseDeploymentOptions } from '../../lib/contracts/deployment-options.ts';
import { oidcSetting } from '../../lib/contracts/oidc.ts';

const issuer = { HEADROOM_OIDC_ISSUER: 'https://id.example.com/', HEADROOM_OIDC_AUDIENCE: 'headroom' };

describe('options of access', () => {
  it('reach functions as one setting', () => {
    const given = { ...issuer, HEADROOM_OIDC_SCOPE_CLAIM: 'groups', HEADROOM_OIDC_SCOPES: 'a b=admin, dev=operate' };
    const { HEADROOM_OIDC, ...rest } = accessSettings(accessOptionsOf(given), 3_000);
    expect(rest).toEqual({ HEADROOM_REQUESTS_PER_MINUTE: '3000' });
    expect(oidcSetting.parse(HEADROOM_OIDC)).toEqual({
      issuer: 'https://id.example.com/',
      audience: 'headroom',
      scopeClaim: 'groups',
      scopes: { 'a b': 'admin', dev: 'operate' },
    });
    expect(
      oidcSetting.parse(accessSettings(accessOptionsOf({ HEADROOM_OIDC_ISSUER: '' }), 1).HEADROOM_OIDC),
    ).toBeNull();
  });

  it.each([
    [{ HEADROOM_OIDC_ISSUER: 'https://id.example.com' }, /HEADROOM_OIDC_AUDIENCE: is needed/],
    [{ HEADROOM_OIDC_AUDIENCE: 'headroom' }, /HEADROOM_OIDC_AUDIENCE: means nothing without oidcIssuer/],
    [{ ...issuer, HEADROOM_OIDC_ISSUER: 'http://id.example.com' }, /HEADROOM_OIDC_ISSUER: must be an https URL/],
    [{ ...issuer, HEADROOM_OIDC_SCOPES: 'dev=root' }, /HEADROOM_OIDC_SCOPES: must be value=scope/],
    [{ HEADROOM_REQUESTS_PER_MINUTE: '0' }, /HEADROOM_REQUESTS_PER_MINUTE/],
  ])('%j is refused by name', (given, why) => {
    expect(() => accessOptionsOf(given)).toThrow(why);
  });

  it('are those of a deployment too', () => {
    expect(() => parseDeploymentOptions({ oidcIssuer: 'https://id.example.com' })).toThrow(/option oidcAudience/);
    expect(parseDeploymentOptions({ requestsPerMinute: '60' })).toMatchObject({ requestsPerMinute: 60 });
  });
});
