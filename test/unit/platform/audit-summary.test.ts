import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { summaryOf } from '../../../lib/platform/audit/summary.ts';

describe('what the trail tells of a request', () => {
  it('is numbers, switches, names and times', () => {
    const body = {
      name: 'nightly',
      baseUrl: 'https://user:secret@shop.example.com/path?token=1',
      users: 10,
      enabled: true,
      description: 'anything',
      scenarios: [{ name: 'home', headers: { authorization: 'Bearer x' }, weight: 1 }],
      body: { password: 'hunter2' },
    };
    expect(summaryOf({ query: { force: 'true' }, body })).toEqual({
      query: { force: 'a text' },
      body: {
        name: 'nightly',
        baseUrl: 'https://shop.example.com',
        users: 10,
        enabled: true,
        description: 'a text',
        scenarios: [{ name: 'home', headers: '1 members', weight: 1 }],
        body: '1 members',
      },
    });
    expect(summaryOf({ body: { bytes: Buffer.from('secret') } })).toEqual({ body: '6 bytes' });
    expect(summaryOf({ query: {}, body: undefined })).toBeUndefined();
    expect(summaryOf({ body: { name: `hr_${'0'.repeat(26)}_${'x'.repeat(43)}` } })).toEqual({
      body: { name: 'a text' },
    });
  });

  it('is never longer than it may be, and holds no text of a field that is not named', () => {
    const marked = fc.string().map((text) => `SECRET${text}`);
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 6 },
        marked,
        fc.integer(),
        fc.array(tie('any')),
        fc.dictionary(fc.constantFrom('x', 'url', 'note'), tie('any')),
      ),
    })).any;
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('password', 'url', 'headers', 'x'), value), (body) => {
        const told = JSON.stringify(summaryOf({ body }) ?? null);
        expect(told.length).toBeLessThanOrEqual(2_000);
        expect(JSON.stringify(told).match(/"SECRET/)).toBeNull();
      }),
    );
  });
});
