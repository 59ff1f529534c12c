import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCache } from '../../../lib/cache/library/create-cache.ts';
import type { CacheableRequest } from '../../../lib/sdk/middleware/cacheable-request.ts';
import type { HeaderFields } from '../../../lib/sdk/middleware/header-fields.ts';
import { ResponseCache } from '../../../lib/sdk/middleware/response-cache.ts';
import type { Run } from '../../../lib/sdk/middleware/run.ts';

type Fields = Record<string, string>;

interface Asked {
  fields: Fields;
  isAuthenticated: boolean;
}

interface Made {
  asked: Asked;
  fields: Fields;
  isWhole: boolean;
}

const credentials = ['authorization', 'cookie', 'x-api-key', 'proxy-authorization'] as const;

/** Two users, each with what tells them apart in some of the fields, or in none. */
const asked: fc.Arbitrary<Asked> = fc
  .record({
    user: fc.constantFrom('alice', 'bob'),
    sends: fc.oneof(
      fc.constant<string[]>([]),
      fc.subarray<string>(['accept-language', 'origin'], { minLength: 1 }),
      fc.subarray<string>([...credentials, 'accept-language', 'x-forwarded-host', 'origin'], { maxLength: 3 }),
    ),
    wish: fc.constantFrom('', '', '', 'no-cache', 'max-age=0', 'no-store', 'max-stale'),
    isAuthenticated: fc.constantFrom(false, false, false, true),
  })
  .map(({ user, sends, wish, isAuthenticated }) => ({
    fields: {
      ...Object.fromEntries(sends.map((name) => [name, name === 'cookie' ? `id=${user}; theme=dark` : user])),
      ...(wish !== '' && { 'cache-control': wish }),
    },
    isAuthenticated,
  }));

const answered: fc.Arbitrary<Fields> = fc
  .record({
    control: fc.oneof(
      fc.constantFrom(['max-age=60'], ['public', 'max-age=60']),
      fc.subarray(
        [
          'public',
          'private',
          'private="x"',
          'no-store',
          'no-cache',
          'must-revalidate',
          's-maxage=60',
          'max-age=60',
          'max-age=0',
        ],
        { maxLength: 3 },
      ),
    ),
    stale: fc.constantFrom('', 'stale-while-revalidate=60'),
    vary: fc.constantFrom(
      '',
      '',
      'Accept-Language',
      'accept-language, Cookie',
      'Origin',
      'Authorization',
      '*',
      'x-tenant, *',
    ),
    other: fc.constantFrom<Fields>(
      {},
      {},
      {},
      { 'set-cookie': 'id=1' },
      { 'access-control-allow-origin': 'alice' },
      { pragma: 'no-cache' },
    ),
  })
  .map(({ control, stale, vary, other }) => ({
    ...((control.length > 0 || stale !== '') && { 'cache-control': [...control, ...(stale && [stale])].join(', ') }),
    ...(vary !== '' && { vary }),
    ...other,
  }));

type Step =
  | { kind: 'ask'; asked: Asked }
  | { kind: 'end'; which: number; fields: Fields; how: 'whole' | 'cut-off' | 'failed' }
  | { kind: 'later'; seconds: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('ask' as const), asked }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('end' as const),
      which: fc.nat(5),
      fields: answered,
      how: fc.constantFrom('whole', 'whole', 'whole', 'cut-off', 'failed'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('later' as const), seconds: fc.constantFrom(1, 70) }) },
);

const requestOf = ({ fields, isAuthenticated }: Asked): CacheableRequest => ({
  method: 'GET',
  target: '/me',
  header: (name) => fields[name],
  hasBody: false,
  isAuthenticated,
});

const pairs = (fields: Fields): HeaderFields => Object.entries(fields).map(([name, value]) => [name, value] as const);
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** Why somebody else's answer must not have been given, by the words of the RFC and of the options alone; undefined when it may. */
function wrong(made: Made, receiver: Asked, varied: readonly string[]): string | undefined {
  const control = made.fields['cache-control'] ?? '';
  if (!made.isWhole) return 'it was not whole';
  for (const word of ['private', 'no-store', 'no-cache']) if (control.includes(word)) return `it said ${word}`;
  if (made.fields['set-cookie'] !== undefined) return 'it set a cookie';
  if (made.fields.pragma !== undefined && control === '') return 'it said no-cache';
  const vary = (made.fields.vary ?? '').toLowerCase().split(', ').filter(Boolean);
  if (vary.includes('*')) return 'it varies by everything';
  if (made.fields['access-control-allow-origin'] !== undefined) vary.push('origin');
  for (const name of [...vary, ...varied, 'x-forwarded-host']) {
    if (made.asked.fields[name] !== receiver.fields[name]) return `${name} differs`;
  }
  for (const side of [made.asked, receiver]) {
    const present = credentials.filter((name) => side.fields[name] !== undefined);
    if (present.some((name) => !varied.includes(name))) return 'one of the two had credentials';
    if (side.isAuthenticated && present.length === 0) return 'one of the two was known by other means';
  }
  const isAuthorized = made.asked.fields.authorization !== undefined;
  if (isAuthorized && !/public|s-maxage|must-revalidate/.test(control)) return 'it was for one who was authorized';
  return undefined;
}

async function play(steps: readonly Step[], vary: string[]): Promise<{ shared: number }> {
  let shiftMs = 0;
  const now = () => 1_800_000_000_000 + shiftMs;
  const clock = { now, monotonic: () => shiftMs, after: () => () => undefined };
  const cache = createCache<unknown>({ namespace: 'shop', clock, policy: { earlyRefreshBeta: 0 } });
  const responses = new ResponseCache({ cache, now, vary, passSeconds: 1, ttlSeconds: 30 });
  const answers: Made[] = [];
  const running: { run: Run; asked: Asked }[] = [];
  const asking: Promise<void>[] = [];
  let shared = 0;

  const ask = async (receiver: Asked): Promise<void> => {
    const served = await responses.begin(requestOf(receiver));
    if ('run' in served) {
      running.push({ run: served.run, asked: receiver });
      return;
    }
    shared++;
    const { body } = served.answer;
    const made = answers[Number(Buffer.from(body ?? []).toString())];
    if (made === undefined) throw new Error(`an answer that nobody made: ${served.answer.status}`);
    expect(wrong(made, receiver, vary)).toBeUndefined();
  };
  const end = (which: number, fields: Fields, how: 'whole' | 'cut-off' | 'failed'): void => {
    const [ending] = running.splice(which % Math.max(1, running.length), 1);
    if (ending === undefined) return;
    const { run, asked } = ending;
    if (how === 'failed') {
      run.failed();
      return;
    }
    const id = answers.push({ asked, fields, isWhole: how === 'whole' }) - 1;
    const sent = run.head(200, pairs(fields));
    if ('instead' in sent) return;
    run.chunk(Buffer.from(String(id)));
    if (how === 'whole') run.end();
    else run.abort();
  };

  for (const each of steps) {
    if (each.kind === 'ask') asking.push(ask(each.asked));
    else if (each.kind === 'end') end(each.which, each.fields, each.how);
    else shiftMs += each.seconds * 1_000;
    await settle();
  }
  for (let round = 0; round < 100 && running.length > 0; round++) {
    end(0, {}, 'whole');
    await settle();
  }
  await Promise.all(asking);
  return { shared };
}

describe('The response cache', () => {
  it.each([
    [[]],
    [['accept-language']],
    [['authorization', 'cookie']],
  ])('gives nobody an answer that was made for another, when it varies by %j', async (vary) => {
    let shared = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 40, size: 'max' }), async (steps) => {
        shared += (await play(steps, vary)).shared;
      }),
      { numRuns: 1_000 },
    );
    // Not by sharing nothing.
    expect(shared).toBeGreaterThan(500);
  });
});
