import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ObjectPool } from '../../../../lib/sdk/work/object-pool.ts';

describe('ObjectPool', () => {
  it('gives no object to two users at once, and keeps no more idle ones than it may', () => {
    const step = fc.oneof(fc.constant('acquire' as const), fc.nat(5));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(4), (steps, maxIdle) => {
        let destroyed = 0;
        const pool = new ObjectPool({ create: () => ({ isDirty: false }), destroy: () => destroyed++, maxIdle });
        const inUse: { isDirty: boolean }[] = [];
        for (const each of steps) {
          if (each === 'acquire') {
            const value = pool.acquire();
            expect(inUse).not.toContain(value);
            inUse.push(value);
          } else {
            const [value] = inUse.splice(each, 1);
            if (value !== undefined) pool.release(value);
          }
          const { idle, inUse: used, created } = pool.stats;
          expect(idle).toBeLessThanOrEqual(maxIdle);
          expect(used).toBe(inUse.length);
          expect(created).toBe(idle + used + destroyed);
        }
      }),
    );
  });

  it('makes used ones as good as new, and drops those for which that fails', async () => {
    const destroyed: number[] = [];
    let next = 0;
    const pool = new ObjectPool({
      create: () => ({ id: next++, notes: [] as string[] }),
      reset: (value) => {
        if (value.notes.includes('broken')) throw new Error('beyond repair');
        value.notes.length = 0;
      },
      destroy: ({ id }) => destroyed.push(id),
    });
    await pool.use(({ notes }) => notes.push('dirty'));
    expect(await pool.use(({ id, notes }) => [id, ...notes])).toEqual([0]);
    await expect(
      pool.use(({ notes }) => {
        notes.push('broken');
        throw new Error('work failed');
      }),
    ).rejects.toThrow('work failed');
    expect(destroyed).toEqual([0]);
    expect(await pool.use(({ id }) => id)).toBe(1);
    pool.trim();
    expect(destroyed).toEqual([0, 1]);
    expect(pool.stats).toEqual({ idle: 0, inUse: 0, created: 2, reused: 2 });
  });

  it('takes back only what is in use', () => {
    const pool = new ObjectPool({ create: () => ({}) });
    const value = pool.acquire();
    pool.release(value);
    expect(() => pool.release(value)).toThrow(RangeError);
    expect(() => pool.release({})).toThrow(RangeError);
    expect(() => new ObjectPool({ create: () => ({}), maxIdle: -1 })).toThrow(RangeError);
  });
});
