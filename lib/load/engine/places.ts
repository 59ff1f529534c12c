import { type Place, TemplateError } from './template.ts';

const CONTROL_CHARACTERS = /\p{Cc}/gu;
const hasControlCharacter = (text: string): boolean => text.search(CONTROL_CHARACTERS) >= 0;

/** One char per byte, which is what a socket writes as latin1. */
const asBytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

const percentEncoded = (text: string): string => encodeURIComponent(text.toWellFormed());

/** What is written there may be a whole path, encoded or not; a value is never more than a part of a segment. */
export const inPath: Place = {
  /** Percent-encodes what may not stand in a path or query (RFC 3986), and leaves what is encoded already. */
  encodeStatic(text) {
    if (hasControlCharacter(text)) throw new TemplateError('a control character in the path');
    if (text.includes('#')) throw new TemplateError('a fragment (#) in the path, which is never sent');
    return text.toWellFormed().replace(/[^\x21-\x7e]+|["<>\\^`{|}]/g, encodeURIComponent);
  },
  encodeValue: percentEncoded,
};

export const inQuery: Place = { encodeStatic: percentEncoded, encodeValue: percentEncoded };

const isLatin1 = (text: string): boolean => !/[^\t\x20-\xff]/.test(text);

export const inHeader: Place = {
  encodeStatic(text) {
    if (hasControlCharacter(text.replaceAll('\t', ' '))) throw new TemplateError('a control character in a header');
    if (!isLatin1(text)) throw new TemplateError('a character beyond latin1 in a header');
    return text;
  },
  /** Without control characters; what latin1 does not have is sent as UTF-8. */
  encodeValue(value) {
    const clean = value.replace(CONTROL_CHARACTERS, '');
    return isLatin1(clean) ? clean : asBytes(clean);
  },
};

/** A value stands within a JSON string, or is a number. */
export const inJson: Place = {
  encodeStatic: asBytes,
  encodeValue: (value) => asBytes(JSON.stringify(value).slice(1, -1)),
};

export const inText: Place = { encodeStatic: asBytes, encodeValue: asBytes };
