import { shortened } from '../fit.ts';

const longest = 40;

/** What a file or a user gave, quoted in a message: short, and without anything that a terminal would obey. */
export const shown = (text: string): string => `"${shortened(text.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' '), longest)}"`;
