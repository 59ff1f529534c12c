import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LiveSettings } from '../../../lib/contracts/live-settings.ts';
import { settingsFetch } from '../../../lib/sdk/live-settings/fetch-settings.ts';
import { SettingsFollower } from '../../../lib/sdk/live-settings/follower.ts';
import { limited, limitSettings } from '../../../lib/sdk/live-settings/limit-settings.ts';
import { signatureCheck } from '../../../lib/sdk/live-settings/signature.ts';
import { OwnErrors } from '../../../lib/sdk/telemetry/own-errors.ts';

const secret = 'a-secret_with-everything';
const apiKey = `hr_01JD2V8Q6Y0000000000000000_${secret}`;
const key = createHash('sha256').update(secret).digest('base64url');
const sign = (version: string, body: string, by = key): string =>
  `v1=${createHmac('sha256', by).update(`${version}\n${body}`).digest('base64url')}`;

let behave: RequestListener;
let followed: SettingsFollower;
let errors: OwnErrors;
let printed: string[];
let applied: LiveSettings[];
let changes: number;
let close: () => void;

const says = (version: string, document: unknown, more: Record<string, string> = {}): RequestListener => {
  const body = JSON.stringify(document);
  return (_, response) =>
    response.writeHead(200, { etag: `"${version}"`, 'headroom-signature': sign(version, body), ...more }).end(body);
};
const compressing = { settings: { compression: { aboveBytes: 10 } } };

beforeEach(async () => {
  const server = createServer((request, response) => behave(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  close = () => {
    server.closeAllConnections();
    server.close();
  };
  const isSigned = signatureCheck(apiKey);
  if (isSigned === undefined) throw new Error('it is a key');
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/projects/shop/settings`);
  printed = [];
  applied = [];
  changes = 0;
  errors = new OwnErrors((message) => printed.push(message));
  followed = new SettingsFollower({
    fetch: settingsFetch(url, apiKey, isSigned),
    put: { prepare: async () => {}, apply: (settings) => applied.push(settings) },
    errors,
    changing: () => changes++,
  });
});
afterEach(() => {
  limited.limits = {};
  limited.heard.clear();
  close();
});

describe('what a service takes for its settings', () => {
  it('is what Headroom signed with its key, and names what it has the next time', async () => {
    const asked: (string | undefined)[] = [];
    behave = (request, response) => {
      asked.push(request.headers['if-none-match']);
      says('one', compressing)(request, response);
    };
    await followed.fetch();
    expect([applied, followed.inForce, changes]).toEqual([[compressing.settings], { version: 'one' }, 1]);
    behave = (request, response) => {
      asked.push(request.headers['if-none-match']);
      response.writeHead(304, { etag: 'W/"one"', 'headroom-signature': sign('one', '') }).end();
    };
    await followed.fetch();
    expect([asked, applied.length, errors.count]).toEqual([[undefined, '"one"'], 1, 0]);
  });

  it.each<[string, RequestListener]>([
    ['without a signature', says('two', { settings: {} }, { 'headroom-signature': '' })],
    [
      'signed by another',
      says('two', { settings: {} }, { 'headroom-signature': sign('two', '{"settings":{}}', 'other') }),
    ],
    ['signed for another version', says('two', { settings: {} }, { etag: '"three"' })],
    ['signed for another text', says('two', { settings: {} }, { 'headroom-signature': sign('two', '{}') })],
    ['an unsigned word that nothing has changed', (_, response) => response.writeHead(304, { etag: '"one"' }).end()],
    ['no document', says('two', [])],
    ['a failure', (_, response) => response.writeHead(500).end()],
    ['garbage', (request) => request.socket.end('not http at all')],
    ['nothing', (request) => request.socket.destroy()],
    ['too much', (_, response) => response.writeHead(200).end('x'.repeat(2_000_000))],
  ])('is not %s: what was in force stays, and it is counted', async (_, listener) => {
    behave = says('one', compressing);
    await followed.fetch();
    behave = listener;
    await followed.fetch();
    expect([applied.length, followed.inForce]).toEqual([1, { version: 'one' }]);
    expect([errors.count, printed.length]).toEqual([1, 1]);
  });

  it('is nothing where there is none, which is no error', async () => {
    behave = (_, response) => response.writeHead(404).end();
    await followed.fetch();
    expect([applied, followed.inForce, errors.count]).toEqual([[], undefined, 0]);
  });

  it('is held to new bounds at once', async () => {
    behave = says('one', compressing);
    await followed.fetch();
    limitSettings({ compression: { minAboveBytes: 100 } });
    limitSettings({ compression: false });
    expect(applied).toEqual([compressing.settings, { compression: { aboveBytes: 100 } }, {}]);
    expect(changes).toBe(3);
  });

  it('is asked for when Headroom tells of another version, and not for the same', async () => {
    behave = says('one', compressing);
    await followed.fetch();
    let asked = 0;
    const answered = new Promise<void>((resolve) => {
      behave = (request, response) => {
        asked++;
        response.once('finish', resolve);
        says('two', { settings: {} })(request, response);
      };
    });
    followed.heard('one');
    expect(asked).toBe(0);
    followed.heard('two');
    await answered;
    await followed.fetch();
    expect(followed.inForce).toEqual({ version: 'two' });
  });
});

it('tells keys of Headroom from others', () => {
  expect(signatureCheck('hr_test')).toBeUndefined();
  expect(signatureCheck('')).toBeUndefined();
});
