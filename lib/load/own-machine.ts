import { networkInterfaces } from 'node:os';

/**
 * Whether an address is one of the machine that this runs on: then target and generator take each other's time where all
 * runs on one machine, and what they send goes through no network.
 */
export const isOfThisMachine = (address: string): boolean =>
  /^(127\.|::1$)/.test(address) ||
  Object.values(networkInterfaces()).some((own = []) => own.some((one) => one.address === address));
