import { decimal, percent } from '../contracts/figures.ts';

/** `responseTime` -> `response time`. */
export const spaced = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

export const unmeasured = '-';

/** For the cells of a table, whose heading has the unit. */
export const decimalOr = (value: number | undefined): string => (value === undefined ? unmeasured : decimal(value));

/** Three significant digits: a short test costs far less than a cent. */
export const dollars = (usd: number): string => `$${usd.toLocaleString('en-US', { maximumSignificantDigits: 3 })}`;

export const ms = (value: number | undefined): string => (value === undefined ? unmeasured : `${decimal(value)} ms`);
export const perSecond = (value: number | undefined): string =>
  value === undefined ? unmeasured : `${decimal(value)}/s`;

export const percentage = (value: number | undefined): string =>
  value === undefined ? unmeasured : `${percent(value)} %`;
