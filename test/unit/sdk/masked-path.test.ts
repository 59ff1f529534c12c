import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ActiveRequest } from '../../../lib/sdk/telemetry/current-request.ts';
import { maskedPath } from '../../../lib/sdk/telemetry/masked-path.ts';
import { OwnErrors } from '../../../lib/sdk/telemetry/own-errors.ts';
import { People, type RecordPeople } from '../../../lib/sdk/telemetry/people.ts';
import { recordWith } from '../../../lib/sdk/telemetry/request-record.ts';

describe('the path of a record', () => {
  it.each([
    ['/users/jane@example.com/orders', '/users/:id/orders'],
    ['/users/jane%40example.com', '/users/:id'],
    [`/reset/${'kX9'.repeat(9)}`, '/reset/:id'],
    ['/share/eyJhbGci.eyJzdWIi.c2lnbmF0', '/share/:id'],
    ['/call/+4912345678', '/call/:id'],
    ['/search/J%C3%BCrgen', '/search/:id'],
    ['/orders/4711/items/65f0c1e2a3b4c5d6e7f80912', '/orders/4711/items/65f0c1e2a3b4c5d6e7f80912'],
    ['/v2/index.html', '/v2/index.html'],
    ['/', '/'],
  ])('of %s is %s', (path, masked) => expect(maskedPath(path)).toBe(masked));

  it.each<[RecordPeople, string]>([
    ['hashed', '/users/:id'],
    ['none', '/users/:id'],
    ['plain', '/users/jane@example.com'],
  ])('is masked unless people are recorded plain: %s', (recordPeople, url) => {
    const errors = new OwnErrors(() => {});
    const people = new People({ recordPeople, userHeader: undefined, trustedProxies: 0, secret: 'k' }, errors);
    const asked = Object.assign(new IncomingMessage(new Socket()), {
      url: '/users/jane@example.com?a=1',
      method: 'GET',
    });
    const active = new ActiveRequest(asked);
    const ended = { active, status: 500, durationMs: 1, requestBytes: 0, responseBytes: 0 };
    expect(recordWith(people)(ended).url).toBe(url);
  });
});
