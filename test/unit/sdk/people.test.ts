import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OwnErrors } from '../../../lib/sdk/telemetry/own-errors.ts';
import { People, type PeopleOptions } from '../../../lib/sdk/telemetry/people.ts';

const request = (headers: Record<string, string>): IncomingMessage =>
  Object.assign(new IncomingMessage(new Socket()), { headers });
const people = (options: Partial<PeopleOptions> = {}, errors = new OwnErrors(() => {})): People =>
  new People({ recordPeople: 'hashed', userHeader: undefined, trustedProxies: 0, secret: 'k', ...options }, errors);
const jwt = (payload: object): string =>
  `Bearer x.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.signature`;

describe('who sent a request', () => {
  it('is told by hashes, which differ between persons and between projects', () => {
    const ann = people().of(request({ authorization: jwt({ sub: 'ann' }) }), '203.0.113.7');
    expect(ann).toEqual({
      user: expect.stringMatching(/^[0-9a-f]{16}$/),
      address: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    expect(people().of(request({ authorization: jwt({ sub: 'ann', iat: 2 }) }), '203.0.113.7')).toEqual(ann);
    const ben = people().of(request({ authorization: jwt({ sub: 'ben' }) }), '203.0.113.8');
    const elsewhere = people({ secret: 'other' }).of(request({ authorization: jwt({ sub: 'ann' }) }), '203.0.113.7');
    expect(new Set([ann, ben, elsewhere].flatMap(({ user, address }) => [user, address])).size).toBe(6);
  });

  it('is told as it is, or not at all, when that is asked for', () => {
    const asked = request({ 'x-user': 'ann', authorization: 'Bearer secret' });
    expect(people({ recordPeople: 'plain', userHeader: 'x-user' }).of(asked, '::1')).toEqual({
      user: 'ann',
      address: '::1',
    });
    expect(people({ recordPeople: 'none', userHeader: 'x-user' }).of(asked, '::1')).toEqual({});
  });

  it('never contains credentials', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('hashed', 'plain', 'none' as const),
        fc.constantFrom(undefined, 'authorization'),
        fc.constantFrom('Bearer ', 'Basic ', 'Token token=', 'bearer  ', ''),
        fc.string({ minLength: 6, unit: fc.constantFrom(...'ghijkXYZ') }),
        (recordPeople, userHeader, scheme, credentials) => {
          const asked = request({ authorization: `${scheme}${credentials}` });
          const person = people({ recordPeople, userHeader }).of(asked, undefined);
          expect(JSON.stringify(person)).not.toContain(credentials);
          if (recordPeople !== 'none' && scheme === 'Bearer ') expect(person.user).toMatch(/^[0-9a-f]{16}$/);
        },
      ),
    );
    const basic = (credentials: string) =>
      people().of(request({ authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }), undefined);
    expect(basic('ann:one')).toEqual(basic('ann:two'));
  });

  it.each([
    'cookie',
    'x-api-key',
    'proxy-authorization',
    'x-auth-token',
  ])('is hashed where %s names the user', (name) => {
    const { user } = people({ recordPeople: 'plain', userHeader: name }).of(request({ [name]: 's3cret' }), undefined);
    expect(user).toMatch(/^[0-9a-f]{16}$/);
  });

  it('is best known to the host, whatever it does when it is asked', () => {
    const errors = new OwnErrors(() => {});
    const known = people({ recordPeople: 'plain', userHeader: 'x-user' }, errors);
    known.identify = ({ headers }) => headers['x-account'] as string;
    expect(known.of(request({ 'x-account': '4711', 'x-user': 'ann' }), undefined)).toEqual({ user: '4711' });
    expect(known.of(request({ 'x-user': 'ann' }), undefined)).toEqual({ user: 'ann' });
    known.identify = () => {
      throw new Error('no');
    };
    expect(known.of(request({ 'x-user': 'ann' }), undefined)).toEqual({ user: 'ann' });
    expect(errors.count).toBe(1);
  });

  it.each([
    [0, '10.0.0.1'],
    [1, '203.0.113.7'],
    [2, '198.51.100.1'],
    [3, 'forged'],
    [9, 'forged'],
  ])('behind %i trusted proxies came from %s', (trustedProxies, address) => {
    const asked = request({ 'x-forwarded-for': 'forged, 198.51.100.1, 203.0.113.7' });
    expect(people({ recordPeople: 'plain', trustedProxies }).of(asked, '10.0.0.1')).toEqual({ address });
    expect(people({ recordPeople: 'plain', trustedProxies }).of(request({}), '10.0.0.1')).toEqual({
      address: '10.0.0.1',
    });
  });
});
