import type { BestSeller, ListedProduct } from './catalogue.ts';

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => escapes[character] ?? character);
const price = (cents: number): string => `${(cents / 100).toFixed(2)} EUR`;

const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head>` +
  `<body><h1>${title}</h1>${body}<p><a href="/">Start</a> <a href="/products">All products</a></p></body></html>`;

const link = (id: number, name: string): string => `<a href="/api/v1/products/${id}">${escaped(name)}</a>`;

export const startPage = (best: readonly BestSeller[]): string =>
  page(
    'The little shop',
    `<h2>Best sellers</h2><ol>${best.map(({ id, name, sold }) => `<li>${link(id, name)}, sold ${sold} times</li>`).join('')}</ol>`,
  );

const listItem = ({ id, name, category, stars, priceCents }: ListedProduct): string =>
  `<li>${link(id, name)} (${escaped(category)}) ${price(priceCents)} ${stars === null ? '' : `${stars.toFixed(1)} stars`}</li>`;

export const productsPage = (number: number, products: readonly ListedProduct[]): string =>
  page(
    `Products, page ${number}`,
    `<ul>${products.map(listItem).join('')}</ul><p><a href="/products?page=${number + 1}">Next page</a></p>`,
  );
