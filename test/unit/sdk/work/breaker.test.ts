import { describe, expect, it } from 'vitest';
import { BreakerOpenError, breaker } from '../../../../lib/sdk/work/breaker.ts';

describe('breaker', () => {
  it('spares what fails, then lets one call see, and closes when it succeeds', async () => {
    let now = 0;
    let isDown = true;
    let calls = 0;
    const ask = breaker(
      async function ask(of: string) {
        calls++;
        if (isDown) throw new Error('down');
        return `answer to ${of}`;
      },
      { failures: 3, openMs: 100, now: () => now },
    );
    for (let i = 0; i < 3; i++) await expect(ask('a')).rejects.toThrow('down');
    expect(ask.state).toBe('open');
    await expect(ask('a')).rejects.toThrow(BreakerOpenError);
    expect(calls).toBe(3);
    now = 100;
    expect(ask.state).toBe('half-open');
    const [one, other] = await Promise.allSettled([ask('a'), ask('a')]);
    expect(one).toMatchObject({ reason: { message: 'down' } });
    expect(other).toMatchObject({ reason: { name: 'BreakerOpenError' } });
    now = 200;
    isDown = false;
    expect(await ask('b')).toBe('answer to b');
    expect(ask.state).toBe('closed');
    expect(ask.opened).toBe(2);
  });

  it('takes for failures only what speaks against the other side', async () => {
    const ask = breaker(() => Promise.reject(new RangeError('no such user')), {
      failures: 1,
      isFailure: (error) => !(error instanceof RangeError),
    });
    for (let i = 0; i < 3; i++) await expect(ask()).rejects.toThrow(RangeError);
    expect(ask.state).toBe('closed');
  });

  it('waits no longer than it may, and gives the fallback while it is open', async () => {
    const ask = breaker(() => new Promise<string>(() => {}), { failures: 1, timeoutMs: 5, fallback: () => 'old' });
    await expect(ask()).rejects.toThrow('longer than 5 ms');
    expect(await ask()).toBe('old');
  });

  it('keeps `this` and what is thrown at once', async () => {
    const account = {
      owner: 'Ada',
      read: breaker(function read(this: { owner: string }, key: 'owner') {
        if (key !== 'owner') throw new TypeError(key);
        return this[key];
      }),
    };
    expect(await account.read('owner')).toBe('Ada');
    await expect(account.read('x' as 'owner')).rejects.toThrow(TypeError);
  });
});
