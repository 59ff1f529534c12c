import { readdirSync, readFileSync } from 'node:fs';

/** A fenced block of a page. */
export interface Block {
  page: string;
  /** Of the page, where its first line of text stands. */
  line: number;
  language: string;
  text: string;
}

const fenced = /^```(\w*)\n(.*?)^```/gms;

const blocksOf = (page: string): Block[] => {
  const whole = readFileSync(page, 'utf8');
  return [...whole.matchAll(fenced)].map(({ 1: language = '', 2: text = '', index }) => ({
    page,
    line: whole.slice(0, index).split('\n').length + 1,
    language,
    text,
  }));
};

const pages = [
  'README.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

export const allBlocks: readonly Block[] = pages.flatMap(blocksOf);

export const blocksIn = (...languages: string[]): Block[] =>
  allBlocks.filter(({ language }) => languages.includes(language));

/** `docs/load.md:52` */
export const placeOf = ({ page, line }: Block): string => `${page}:${line}`;
