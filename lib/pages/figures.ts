import { type Markup, markup } from './markup.ts';
import { formats, type Unit, unmeasured } from './units.ts';

/** A value as people read it, with the exact one beside it for machines. */
export const figure = (value: number | undefined, unit: Unit): Markup =>
  value === undefined
    ? markup`<span class="none">${unmeasured}</span>`
    : markup`<data value="${value}">${formats[unit](value)}</data>`;
