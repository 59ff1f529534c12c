import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Delivery } from '../../../lib/sdk/telemetry/delivery.ts';
import { OwnErrors } from '../../../lib/sdk/telemetry/own-errors.ts';
import type { PostAnswer } from '../../../lib/sdk/telemetry/post.ts';
import { Spool } from '../../../lib/sdk/telemetry/spool.ts';

interface Sent {
  readonly sequence: number;
  readonly dropped: number;
  readonly windows: readonly number[];
}

const answer = (status: number, contentType?: string): PostAnswer => ({ status, retryAfter: undefined, contentType });
const problem = 'application/problem+json; charset=utf-8';
/** What becomes of a batch that is sent. */
const fates = {
  taken: answer(202),
  refused: answer(400, problem),
  tooLarge: answer(413, 'application/json'),
  overloaded: answer(429, problem),
  broken: answer(500, problem),
  webPage: answer(200, 'text/html'),
  notHeadroom: answer(404, 'text/html'),
  redirected: answer(301),
  unreachable: undefined,
} as const;
type Fate = keyof typeof fates;
const givenUp: readonly Fate[] = ['refused', 'tooLarge'];
/** Sent again, one by one. */
const isDivided = ({ sent, fate }: { sent: Sent; fate: Fate }): boolean =>
  fate === 'refused' && sent.windows.length > 1;

describe('the delivery', () => {
  it('brings each window once and in order, whatever happens on the way, but for those that were refused or found no place', async () => {
    const steps = fc.array(
      fc.record({ windows: fc.nat(4), fate: fc.constantFrom(...(Object.keys(fates) as Fate[])) }),
      { maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 20 }), async (scheduled, places) => {
        const spool = new Spool({ windows: places, bytes: 1e6 });
        let fate: Fate = 'taken';
        const tries: { sent: Sent; body: string; fate: Fate }[] = [];
        const post = async (body: string): Promise<PostAnswer> => {
          tries.push({ sent: JSON.parse(body), body, fate });
          const answered = fates[fate];
          if (answered === undefined) throw new Error('ECONNREFUSED');
          return answered;
        };
        const delivery = new Delivery(spool, post, new OwnErrors(() => {}), { instance: 'i', sdk: 's' });
        let pushed = 0;
        for (const step of [...scheduled, { windows: 1, fate: 'taken' as const }]) {
          for (let i = 0; i < step.windows; i++) spool.push(String(pushed++));
          fate = step.fate;
          await delivery.sendNow();
        }

        expect(delivery.hasWork).toBe(false);
        const ended = (of: readonly Fate[]) =>
          tries.filter((each) => of.includes(each.fate) && !isDivided(each)).flatMap(({ sent }) => sent.windows);
        const taken = ended(['taken']);
        expect(taken).toEqual(taken.toSorted((a, b) => a - b));
        expect(new Set(taken).size).toBe(taken.length);
        expect(taken.length + spool.dropped).toBe(pushed);
        if (spool.dropped === ended(givenUp).length) {
          expect([...taken, ...ended(givenUp)].toSorted((a, b) => a - b)).toEqual(
            Array.from({ length: pushed }, (_, i) => i),
          );
        }
        // The same number always stands for the same windows, and no number is left out.
        const bodies = new Map<number, string>();
        for (const { sent, body } of tries)
          expect(bodies.set(sent.sequence, bodies.get(sent.sequence) ?? body).get(sent.sequence)).toBe(body);
        expect([...bodies.keys()]).toEqual(Array.from({ length: bodies.size }, (_, i) => i));
      }),
    );
  });

  it.each([400, 422])('gives up no more than the windows that are refused themselves, by %d', async (status) => {
    const spool = new Spool();
    const bodies: Sent[] = [];
    const post = async (body: string): Promise<PostAnswer> => {
      const sent: Sent = JSON.parse(body);
      bodies.push(sent);
      return sent.windows.includes(2) ? answer(status, problem) : answer(202);
    };
    const delivery = new Delivery(spool, post, new OwnErrors(() => {}), { instance: 'i', sdk: 's' });
    for (const window of [1, 2, 3]) spool.push(String(window));
    await delivery.sendNow();
    expect(bodies.map(({ sequence, windows }) => [sequence, windows])).toEqual([
      [0, [1, 2, 3]],
      [1, [1]],
      [2, [2]],
      [3, [3]],
    ]);
    expect([spool.dropped, delivery.hasWork]).toEqual([1, false]);
  });

  it('holds a bounded number of bytes while Headroom is away', async () => {
    const spool = new Spool();
    const delivery = new Delivery(spool, () => Promise.reject(new Error('away')), new OwnErrors(() => {}), {
      instance: 'i',
      sdk: 's',
    });
    for (let i = 0; i < 200; i++) {
      spool.push(JSON.stringify(String(i).padEnd(300_000, 'x')));
      await delivery.sendNow();
    }
    expect(spool.bytes).toBeLessThanOrEqual(8_000_000);
    expect(spool.dropped).toBeGreaterThan(150);
  });
});
