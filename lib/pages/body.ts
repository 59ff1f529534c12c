import { type Content, type Markup, markup } from './markup.ts';

/** @param about in a row below the title */
export const heading = (title: Content, about: readonly Content[]): Markup => markup`
<header><p class="product">Headroom</p>
<h1>${title}</h1>
<p class="about">${about.map((each, index) => [index === 0 ? '' : ' · ', each])}</p></header>`;

/** @param notes what must be known before any figure is read */
export const bodyOf = (
  header: Markup,
  notes: readonly Markup[],
  parts: readonly (Markup | undefined)[],
): Markup => markup`<main>${header}
${notes}
<noscript><div class="banner doubtful">The plots need JavaScript. All else is here.</div></noscript>
${parts}
</main>`;
