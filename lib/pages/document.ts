import { createHash } from 'node:crypto';
import { Markup, markup } from './markup.ts';
import type { PageFiles } from './page-files.ts';

export interface DocumentParts {
  title: string;
  body: Markup;
  /** What the plots are drawn from, in an element of this id. */
  data: { id: string; value: unknown };
  files: PageFiles;
}

/** One file that holds all that it shows, and asks for nothing. */
export function documentOf({ title, body, data, files }: DocumentParts): string {
  const { text } = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="${documentPolicy(files)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${new Markup(files.style)}</style>
</head>
<body>
${body}
<script type="application/json" id="${data.id}">${embedded(data.value)}</script>
<script>${new Markup(files.script)}</script>
</body>
</html>
`;
  return text;
}

/** Runs this one script, takes this one style, and loads nothing: whatever a target put into the page stays text. */
export const documentPolicy = ({ script, style }: PageFiles): string =>
  [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;

/** JSON in which nothing can be taken for a tag: `<` is written as an escape, which means the same. */
const embedded = (value: unknown): Markup => new Markup(JSON.stringify(value).replaceAll('<', '\\u003c'));
