import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { version } from '../../../lib/contracts/version.ts';
import { readConfiguration } from '../../../lib/sdk/telemetry/configuration.ts';

const complete = { HEADROOM_URL: 'http://h:1/stage/', HEADROOM_API_KEY: 'hr_k', HEADROOM_PROJECT: 'shop' };

describe('the configuration of the SDK', () => {
  it('comes from the environment, with defaults', () => {
    expect(readConfiguration(complete)).toEqual({
      configuration: {
        endpoint: new URL('http://h:1/stage/v1/projects/shop/telemetry'),
        apiKey: 'hr_k',
        flushMs: 10_000,
        memoryEnabled: true,
        liveSettings: true,
        serviceVersion: undefined,
        people: { recordPeople: 'hashed', userHeader: undefined, trustedProxies: 0, secret: 'hr_k shop' },
      },
    });
    expect(
      readConfiguration({
        ...complete,
        HEADROOM_FLUSH_MS: '500',
        HEADROOM_MEMORY_ENABLED: 'False',
        HEADROOM_LIVE_SETTINGS: 'off',
      }),
    ).toMatchObject({
      configuration: { flushMs: 500, memoryEnabled: false, liveSettings: false },
    });
  });

  it.each([
    [{ HEADROOM_RECORD_PEOPLE: 'None' }, { recordPeople: 'none' }],
    [{ HEADROOM_USER_HEADER: 'X-User' }, { userHeader: 'x-user' }],
    [{ HEADROOM_TRUST_PROXY: 'true' }, { trustedProxies: 1 }],
    [{ HEADROOM_TRUST_PROXY: 'off' }, { trustedProxies: 0 }],
    [{ HEADROOM_TRUST_PROXY: '2' }, { trustedProxies: 2 }],
  ])('takes from %o how records name people', (environment, people) => {
    expect(readConfiguration({ ...complete, ...environment })).toMatchObject({ configuration: { people } });
  });

  it.each([
    [{ HEADROOM_SERVICE_VERSION: 'blue', AWS_LAMBDA_FUNCTION_VERSION: '7', npm_package_version: '1.2.3' }, 'blue'],
    [{ AWS_LAMBDA_FUNCTION_VERSION: '7', npm_package_version: '1.2.3' }, '7'],
    [{ AWS_LAMBDA_FUNCTION_VERSION: '$LATEST', npm_package_version: '1.2.3' }, '1.2.3'],
    [{ AWS_LAMBDA_FUNCTION_VERSION: '$LATEST' }, undefined],
    [{ HEADROOM_SERVICE_VERSION: 'a\nb' }, undefined],
  ])('takes from %o the version of the service', (environment, serviceVersion) => {
    expect(readConfiguration({ ...complete, ...environment })).toMatchObject({ configuration: { serviceVersion } });
  });

  it.each([
    [{}, ['HEADROOM_URL is missing', 'HEADROOM_API_KEY is missing', 'HEADROOM_PROJECT is missing']],
    [{ ...complete, HEADROOM_URL: 'ftp://x' }, ['HEADROOM_URL is no http or https address']],
    [{ ...complete, HEADROOM_URL: 'http://' }, ['HEADROOM_URL is no http or https address']],
    [{ ...complete, HEADROOM_PROJECT: '../x' }, ['HEADROOM_PROJECT must be 1 to 40 characters of a-z, 0-9 and -']],
    [{ ...complete, HEADROOM_API_KEY: 'a\nb' }, ['HEADROOM_API_KEY has characters that no key has']],
    [{ ...complete, HEADROOM_FLUSH_MS: '0' }, ['HEADROOM_FLUSH_MS must be a whole number from 100 to 60000']],
    [{ ...complete, HEADROOM_RECORD_PEOPLE: 'yes' }, ['HEADROOM_RECORD_PEOPLE must be one of hashed, plain, none']],
    [{ ...complete, HEADROOM_USER_HEADER: 'x user' }, ["HEADROOM_USER_HEADER is no header's name"]],
    [
      { ...complete, HEADROOM_TRUST_PROXY: 'all' },
      ['HEADROOM_TRUST_PROXY must be true, false or a number of proxies up to 10'],
    ],
    [{ ...complete, HEADROOM_FLUSH_MS: 'soon' }, ['HEADROOM_FLUSH_MS must be a whole number from 100 to 60000']],
  ])('names everything that is wrong with %o', (environment, problems) => {
    expect(readConfiguration(environment)).toEqual({ problems });
  });

  it('says nothing about the rest when monitoring is switched off', () => {
    expect(readConfiguration({ HEADROOM_MONITORING_ENABLED: 'false' })).toEqual({ disabled: true });
  });

  it('sends the version of the package', () => {
    const { version: packaged } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
    expect(version).toBe(packaged);
  });
});
