/** HTML that may stand in a page as it is: only `markup` makes it of what may hold anything, and escapes that. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Content = Markup | string | number | undefined | readonly Content[];

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text that a target may have chosen. Line breaks, tabs and the joiners of scripts and emoji are all that stays unseen in it. */
const unseen = /(?![\t\n\u200c\u200d])[\p{Cc}\p{Cf}]/gu;

const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(unseen, '\ufffd')
    .replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');

function textOf(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'string' || typeof content === 'number') return escaped(String(content));
  return content.map(textOf).join('');
}

/** A template of HTML. What is put into it is escaped, for text and for quoted attributes alike. */
export const markup = (pieces: TemplateStringsArray, ...contents: readonly Content[]): Markup =>
  new Markup(pieces.map((piece, index) => piece + textOf(contents[index])).join(''));
