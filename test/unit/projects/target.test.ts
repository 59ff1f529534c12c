import { describe, expect, it } from 'vitest';
import { type Resolve, requireAllowed, resolveTarget, targetKind } from '../../../lib/projects/target.ts';

const never: Resolve = async (name) => {
  throw new Error(`${name} was looked up`);
};
const to =
  (...addresses: string[]): Resolve =>
  async () =>
    addresses;

describe('a target', () => {
  it('is a base URL in its parts', async () => {
    expect(await resolveTarget('https://shop.example.com/api/v1/', to('8.8.8.8', '1.1.1.1'))).toEqual({
      protocol: 'https:',
      hostname: 'shop.example.com',
      port: 443,
      basePath: '/api/v1',
      addresses: ['8.8.8.8', '1.1.1.1'],
    });
    expect(await resolveTarget('http://shop.example.com:8080', to('8.8.8.8'))).toMatchObject({
      port: 8080,
      basePath: '',
    });
  });

  it.each([
    ['http://127.0.0.1', '127.0.0.1'],
    ['http://2130706433', '127.0.0.1'],
    ['http://0x7f000001', '127.0.0.1'],
    ['http://0x7f.1', '127.0.0.1'],
    ['http://0177.0.0.1', '127.0.0.1'],
    ['http://127.1', '127.0.0.1'],
    ['http://127.0.0.1.', '127.0.0.1'],
    ['http://①②⑦.⓪.⓪.①', '127.0.0.1'],
    ['http://0xa9fea9fe', '169.254.169.254'],
    ['http://[::1]', '::1'],
    ['http://[::ffff:169.254.169.254]', '::ffff:a9fe:a9fe'],
  ])('%s is the address %s and is not looked up', async (url, address) => {
    expect((await resolveTarget(url, never)).addresses).toEqual([address]);
  });

  it('whose name has no address is not allowed', async () => {
    for (const resolve of [never, to()]) {
      await expect(resolveTarget('http://nowhere.example', resolve)).rejects.toMatchObject({
        code: 'target-not-allowed',
      });
    }
  });
});

describe('what a target may be', () => {
  it.each([
    [['8.8.8.8', '2606:4700::1111'], 'public'],
    [['127.0.0.1', '::1'], 'private'],
    [['8.8.8.8', '10.0.0.1'], 'forbidden'],
    [['10.0.0.1', '8.8.8.8'], 'forbidden'],
    [['8.8.8.8', '169.254.169.254'], 'forbidden'],
    [['10.0.0.1', 'fe80::1'], 'forbidden'],
    [[], 'forbidden'],
  ])('%j: %s', (addresses, kind) => {
    expect(targetKind({ addresses })).toBe(kind);
  });

  it('depends on the deployment for private ones only', async () => {
    const target = (address: string) => resolveTarget('http://shop.example', to(address));
    for (const allowed of [true, false]) {
      expect(requireAllowed(await target('8.8.8.8'), allowed)).toBe('public');
      const metadata = await target('169.254.169.254');
      expect(() => requireAllowed(metadata, allowed)).toThrow('never a target');
    }
    const inside = await target('10.0.0.1');
    expect(requireAllowed(inside, true)).toBe('private');
    expect(() => requireAllowed(inside, false)).toThrow('does not allow private targets');
  });
});
