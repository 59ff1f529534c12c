import { type Content, type Markup, markup } from './markup.ts';

export interface Column {
  label: string;
  /** Numbers stand under each other by their last digit. Default: text. */
  kind?: 'number' | 'text' | 'long';
}

export interface Row {
  cells: readonly Content[];
  /** `part`: of the row above it. */
  tone?: 'part' | 'total' | 'bad' | 'doubtful' | undefined;
}

/** Of few columns: spread over the page, what belongs together would stand far apart. */
const narrow = 5;

/** The first cell of a row names it. On a narrow screen the table scrolls, not the page. */
export const table = (name: string, columns: readonly Column[], rows: readonly Row[]): Markup => markup`
<div class="scroll" role="region" aria-label="${name}" tabindex="0"><table class="${columns.length <= narrow ? 'narrow' : ''}">
<thead><tr>${columns.map(({ label, kind }) => markup`<th scope="col" class="${kind ?? 'text'}">${label}</th>`)}</tr></thead>
<tbody>${rows.map(
  ({ cells, tone }) =>
    markup`<tr class="${tone}">${cells.map((cell, index) => {
      const kind = columns[index]?.kind ?? 'text';
      return index === 0
        ? markup`<th scope="row" class="${kind}">${cell}</th>`
        : markup`<td class="${kind}">${cell}</td>`;
    })}</tr>`,
)}</tbody>
</table></div>`;

/** Names and what they are; those that are not known are left out. */
export const facts = (entries: readonly (readonly [name: string, value: Content])[]): Markup => markup`
<dl class="facts">${entries
  .filter(([, value]) => value !== undefined)
  .map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;

/** A part of the page; nothing where it has no contents. */
export const section = (id: string, title: string, ...contents: readonly (Markup | undefined)[]): Markup | undefined =>
  contents.every((content) => content === undefined)
    ? undefined
    : markup`
<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${contents}</section>`;
