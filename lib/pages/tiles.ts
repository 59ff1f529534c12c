import { figure } from './figures.ts';
import { type Markup, markup } from './markup.ts';
import type { Unit } from './units.ts';

export type Tile = readonly [name: string, value: number | undefined, unit: Unit, tone?: string];

/** More are shown in two rows of as good as the same length. */
const inOneRow = 8;

/** The figures that most readers came for. */
export const tileList = (tiles: readonly Tile[]): Markup => markup`
<dl class="tiles ${tiles.length > inOneRow ? `of-${Math.ceil(tiles.length / 2)}` : ''}" aria-label="Key figures">${tiles.map(
  ([name, value, unit, tone = '']) =>
    markup`<div class="${tone}"><dt>${name}</dt><dd>${figure(value, unit)}</dd></div>`,
)}</dl>`;
