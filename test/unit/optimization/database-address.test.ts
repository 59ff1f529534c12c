import { describe, expect, it } from 'vitest';
import { databaseSettings } from '../../../lib/contracts/databases.ts';
import { urlIn } from '../../../lib/optimization/databases/open.ts';

describe('The address of a database', () => {
  it.each([
    ['postgres://a:b@c:5433/d\n', 'postgres://a:b@c:5433/d'],
    [JSON.stringify({ url: 'postgres://a@c/d' }), 'postgres://a@c/d'],
    [
      JSON.stringify({ engine: 'postgres', host: 'h', port: 5433, username: 'u@x', password: 'p/w:d', dbname: 'shop' }),
      'postgresql://u%40x:p%2Fw%3Ad@h:5433/shop',
    ],
    [JSON.stringify({ host: 'h', username: 'u' }), 'postgresql://u@h:5432/postgres'],
    [JSON.stringify({ host: 'h' }), undefined],
    ['hunter2', undefined],
    ['null', undefined],
  ])('is found in what a variable holds: %s', (text, url) => {
    expect(urlIn(text)).toBe(url);
  });

  it.each([
    { system: 'postgresql', connection: { environment: 'AWS_SECRET_ACCESS_KEY' } },
    { system: 'postgresql', connection: { url: 'https://example.com' } },
    { system: 'postgresql', connection: {} },
    { system: 'sqlite', path: 'shop.sqlite' },
  ])('is not %j', (settings) => {
    expect(databaseSettings.safeParse(settings).success).toBe(false);
  });
});
