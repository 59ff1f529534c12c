import fc from 'fast-check';

/** HTTP/1.x responses as servers send them, and as broken ones do: one char per byte. */

const token = fc.constantFrom(
  'X',
  'x-a',
  'Set-Cookie',
  'ETag',
  'Keep-Alive',
  'Server',
  "!#$%&'*+-.^_`|~9",
  'Connections',
);
const value = fc.stringMatching(/^[\t -~\x80-\xff]{0,12}$/);
const blanks = fc.constantFrom('', ' ', '\t', ' \t ');
const plainField = fc.tuple(token, blanks, value, blanks).map(([name, a, text, b]) => `${name}:${a}${text}${b}\r\n`);
const connection = fc
  .array(fc.constantFrom('close', 'Keep-Alive', 'keep-alive', 'upgrade', 'x', '', 'close x'), {
    minLength: 1,
    maxLength: 3,
  })
  .map((options) => `Connection: ${options.join(', ')}\r\n`);
const field = fc.oneof({ weight: 4, arbitrary: plainField }, { weight: 1, arbitrary: connection });
const fields = fc.array(field, { maxLength: 4 });

const body = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
const lengthName = fc.constantFrom('Content-Length', 'content-length', 'CONTENT-LENGTH');
const codingName = fc.constantFrom('Transfer-Encoding', 'transfer-encoding');
const zeros = fc.constantFrom('', '', '0', '000');
const extension = fc.constantFrom('', '', ';x', ';x=y', ';x="y;z"', ';a;b=1');
const trailers = fc.array(plainField, { maxLength: 2 });

const sized = fc.tuple(lengthName, zeros, body).map(([name, prefix, content]) => ({
  head: [`${name}: ${prefix}${content.length}\r\n`],
  content,
}));
const chunked = fc
  .tuple(
    codingName,
    fc.constantFrom('chunked', 'Chunked', 'gzip, chunked', 'gzip,\tchunked'),
    fc.array(body, { maxLength: 3 }),
    zeros,
    extension,
    trailers,
  )
  .map(([name, coding, contents, prefix, ext, lines]) => {
    const chunks = contents
      .filter((each) => each !== '')
      .map((each) => `${prefix}${each.length.toString(16)}${ext}\r\n${each}\r\n`);
    return { head: [`${name}: ${coding}\r\n`], content: `${chunks.join('')}0${ext}\r\n${lines.join('')}\r\n` };
  });
const untilClose = fc
  .tuple(fc.constantFrom<string[]>([], ['Transfer-Encoding: gzip\r\n'], ['Transfer-Encoding: chunked, gzip\r\n']), body)
  .map(([head, content]) => ({ head, content }));

const statusLine = fc
  .tuple(
    fc.constantFrom('1.1', '1.1', '1.0'),
    fc.constantFrom(200, 201, 204, 205, 301, 304, 404, 500, 999),
    fc.constantFrom(' OK', ' Not\tso \xe4', ' ', ''),
  )
  .map(([version, status, reason]) => `HTTP/${version} ${status}${reason}\r\n`);
const interim = fc
  .tuple(fc.constantFrom(100, 102, 103, 199), fc.array(plainField, { maxLength: 2 }))
  .map(([status, lines]) => `HTTP/1.1 ${status} Wait\r\n${lines.join('')}\r\n`);

const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1');

/** A well-formed response, after any number of interim ones. */
export const anyResponse: fc.Arbitrary<Buffer> = fc
  .tuple(fc.array(interim, { maxLength: 3 }), statusLine, fields, fc.oneof(sized, chunked, untilClose), fields)
  .map(([before, line, some, { head, content }, others]) => {
    const hasBody = !/ (204|304)/.test(line);
    return `${before.join('')}${line}${some.join('')}${head.join('')}${others.join('')}\r\n${hasBody ? content : ''}`;
  })
  .map(bytesOf);

const splinter = fc.constantFrom(
  ...['\r', '\n', '\0', ' ', '\t', ':', ';', ',', '"', '=', 'g', '0', 'f', '\r\n', '\r\n\r\n', ' 5', '\x7f', '\xa0'],
  ...[
    'Content-Length: 5\r\n',
    'Transfer-Encoding: chunked\r\n',
    'Transfer-Encoding:\r\n',
    'Connection: close\r\n',
    ' folded\r\n',
  ],
  ...['HTTP/1.1 200 OK\r\n', 'HTTP/1.1 101 Switching Protocols\r\n\r\n', 'ffffffffffff', '99999999999999999999'],
);
const edit = fc.tuple(fc.constantFrom('insert', 'replace', 'remove', 'double'), fc.nat(), fc.nat(30), splinter);

/** One that was well-formed before some bytes came in, got lost, or came twice. */
export const damagedResponse: fc.Arbitrary<Buffer> = fc
  .tuple(anyResponse, fc.array(edit, { minLength: 1, maxLength: 3 }))
  .map(([bytes, edits]) => {
    let text = bytes.toString('latin1');
    for (const [kind, place, length, inserted] of edits) {
      const at = place % (text.length + 1);
      const [before, cut, after] = [text.slice(0, at), text.slice(at, at + length), text.slice(at + length)];
      if (kind === 'insert') text = `${before}${inserted}${cut}${after}`;
      else if (kind === 'replace') text = `${before}${inserted}${cut.slice(1)}${after}`;
      else if (kind === 'remove') text = `${before}${after}`;
      else text = `${before}${cut}${cut}${after}`;
    }
    return bytesOf(text);
  });
