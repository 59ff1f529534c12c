const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // As they stand, an attribute would turn them into spaces.
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** XML 1.0 has no way to write these, not even as an entity (2.2, Characters). */
const unwritable = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

const escaped = (text: string): string =>
  text.replaceAll(unwritable, '\ufffd').replaceAll(/[&<>"\t\n\r]/g, (character) => entities[character] ?? character);

type Attributes = Record<string, string | number | undefined>;

/** An element as text, with its attributes and contents escaped; attributes that are undefined are left out. */
export function element(name: string, attributes: Attributes, contents: readonly Element[] | string = []): Element {
  const given = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escaped(String(value))}"`],
  );
  const start = `<${name}${given.join('')}`;
  if (contents.length === 0) return { lines: [`${start}/>`] };
  if (typeof contents === 'string') return { lines: [`${start}>${escaped(contents)}</${name}>`] };
  return { lines: [`${start}>`, ...contents.flatMap(({ lines }) => lines.map((line) => `  ${line}`)), `</${name}>`] };
}

export interface Element {
  lines: readonly string[];
}

export const xmlDocument = ({ lines }: Element): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${lines.join('\n')}\n`;
