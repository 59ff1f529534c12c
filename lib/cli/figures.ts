import { decimal, percent } from '../contracts/figures.ts';

/** `responseTime` -> `response time`. */
export const spaced = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

export const unmeasured = '-';

export const ms = (value: number | undefined): string => (value === undefined ? unmeasured : `${decimal(value)} ms`);
export const perSecond = (value: number | undefined): string =>
  value === undefined ? unmeasured : `${decimal(value)}/s`;

export const percentage = (value: number | undefined): string =>
  value === undefined ? unmeasured : `${percent(value)} %`;
