import { networkInterfaces } from 'node:os';
import { expect, it } from 'vitest';
import { isOfThisMachine } from '../../../lib/load/own-machine.ts';

it('knows the addresses of this machine, by whatever interface', () => {
  const own = Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address));
  for (const address of ['127.0.0.1', '127.8.8.8', '::1', ...own]) expect(isOfThisMachine(address)).toBe(true);
  for (const address of ['192.0.2.7', '2001:db8::7']) expect(isOfThisMachine(address)).toBe(false);
});
