import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Breaker, isOwnStall, type Permit } from '../../../lib/cache/library/breaker.ts';

const breakerAt = (options: { failures?: number; openMs?: number } = {}) => {
  const time = { now: 0 };
  const breaker = new Breaker({ failures: 3, openMs: 1_000, ...options, now: () => time.now });
  const enter = (): Permit => {
    const permit = breaker.enter();
    if (permit === undefined) throw new Error('no leave to call');
    return permit;
  };
  return { breaker, time, enter };
};

describe('Breaker', () => {
  it('opens after so many failures in a row, and only then', () => {
    const { breaker, enter } = breakerAt();
    breaker.failed(enter());
    breaker.failed(enter());
    breaker.succeeded(enter());
    breaker.failed(enter());
    breaker.failed(enter());
    expect(breaker.state).toBe('closed');
    breaker.failed(enter());
    expect([breaker.state, breaker.enter(), breaker.opened]).toEqual(['open', undefined, 1]);
  });

  it('lets one try after its time, and closes when that succeeds', () => {
    const { breaker, time, enter } = breakerAt({ failures: 1 });
    breaker.failed(enter());
    time.now = 999;
    expect(breaker.enter()).toBeUndefined();
    time.now = 1_000;
    expect(breaker.state).toBe('half-open');
    const permit = enter();
    expect(breaker.enter()).toBeUndefined();
    breaker.succeeded(permit);
    expect(breaker.state).toBe('closed');
    enter();
    enter();
  });

  it('stays open for another while when the try fails', () => {
    const { breaker, time, enter } = breakerAt({ failures: 3 });
    for (let call = 0; call < 3; call++) breaker.failed(enter());
    time.now = 1_500;
    const permit = enter();
    time.now = 1_600;
    breaker.failed(permit);
    time.now = 2_599;
    expect(breaker.enter()).toBeUndefined();
    time.now = 2_600;
    enter();
  });

  it('heeds no outcome of a call that began before it opened', () => {
    const { breaker, time, enter } = breakerAt({ failures: 1 });
    const [early, failing, late] = [enter(), enter(), enter()];
    breaker.failed(failing);
    breaker.succeeded(early);
    expect(breaker.state).toBe('open');
    time.now = 1_000;
    breaker.succeeded(enter());
    breaker.failed(late);
    expect(breaker.state).toBe('closed');
  });

  it('lets another try when one never says how it went', () => {
    const { breaker, time, enter } = breakerAt({ failures: 1 });
    breaker.failed(enter());
    time.now = 1_000;
    const lost = enter();
    time.now = 2_000;
    const permit = enter();
    breaker.failed(lost);
    breaker.succeeded(permit);
    expect(breaker.state).toBe('closed');
  });

  it('does not count a timeout that its own process caused, by standing still', () => {
    const { breaker, time, enter } = breakerAt({ failures: 1 });
    const frozen = enter();
    time.now = 5_000;
    breaker.timedOut(frozen, 0, 100);
    expect(breaker.state).toBe('closed');
    const slow = enter();
    time.now = 5_103;
    breaker.timedOut(slow, 5_000, 100);
    expect(breaker.state).toBe('open');
    // While it tries, a stall proves nothing either way: the next may try at once.
    time.now = 7_000;
    const trying = enter();
    time.now = 7_900;
    breaker.timedOut(trying, 7_000, 100);
    breaker.succeeded(enter());
    expect(breaker.state).toBe('closed');
    expect([isOwnStall(0, 100, 100), isOwnStall(0, 150, 100), isOwnStall(0, 151, 100)]).toEqual([false, false, true]);
  });

  it('never lets through more than one call per while when it is open, and is never stuck', () => {
    const action = fc.oneof(
      fc.record({ do: fc.constant('wait' as const), ms: fc.nat(1_500) }),
      fc.record({ do: fc.constant('enter' as const) }),
      fc.record({ do: fc.constantFrom('succeed' as const, 'fail' as const), which: fc.nat(20) }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const { breaker, time } = breakerAt({ failures: 2 });
        const permits: Permit[] = [];
        let lastTry = Number.NEGATIVE_INFINITY;
        for (const each of actions) {
          if (each.do === 'wait') time.now += each.ms;
          if (each.do === 'enter') {
            const before = breaker.state;
            const permit = breaker.enter();
            expect(permit === undefined).toBe(before === 'open');
            if (permit !== undefined) permits.push(permit);
            if (permit !== undefined && before === 'half-open') {
              expect(time.now - lastTry).toBeGreaterThanOrEqual(1_000);
              lastTry = time.now;
            }
          }
          if (each.do === 'succeed' || each.do === 'fail') {
            const permit = permits[each.which % Math.max(1, permits.length)];
            if (permit === undefined) continue;
            if (each.do === 'succeed') breaker.succeeded(permit);
            else breaker.failed(permit);
            if (breaker.state === 'closed') lastTry = Number.NEGATIVE_INFINITY;
          }
        }
        time.now += 1_000;
        const permit = breaker.enter();
        expect(permit).toBeDefined();
        if (permit !== undefined) breaker.succeeded(permit);
        expect(breaker.state).toBe('closed');
      }),
    );
  });
});
