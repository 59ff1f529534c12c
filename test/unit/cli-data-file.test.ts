import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CliError } from '../../lib/cli/failure.ts';
import { finiteNumber, numberAbove0, numberFrom, text } from '../../lib/cli/own-data/data-cells.ts';
import { dataTable } from '../../lib/cli/own-data/data-file.ts';

const columns = {
  users: { aliases: ['n'], read: numberFrom(1) },
  throughput: { aliases: ['rps'], read: finiteNumber },
};
const bytes = (content: string): Uint8Array => new TextEncoder().encode(content);
const read = (content: string | Uint8Array) =>
  dataTable(typeof content === 'string' ? bytes(content) : content, 'steps.csv', columns).rows;
const faultOf = (content: string | Uint8Array): string => {
  try {
    read(content);
  } catch (error) {
    if (error instanceof CliError) return [error.message, error.next].filter(Boolean).join(' ');
    throw error;
  }
  return 'none';
};

const utf16 = (content: string): Uint8Array =>
  Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(content, 'utf16le')]);

describe('A file of data', () => {
  const expected = [
    { users: 1, throughput: 10.5 },
    { users: 20, throughput: 1500 },
  ];

  it.each([
    ['a header', 'users,throughput\n1,10.5\n20,1500\n'],
    ['none', '1,10.5\n20,1500'],
    ['a header in another order and case, with other columns', 'Host,RPS,Users\nx #1,10.5,1\n"y, z",1.5e3,20\n'],
    ['semicolons', 'users;throughput\n1;10.5\n20;1500\n'],
    ['tabs', 'users\tthroughput\n1\t10.5\n20\t1500\n'],
    ['a byte order mark and CRLF', '\uFEFFusers,throughput\r\n1,10.5\r\n20,1500\r\n'],
    ['comments and blank lines', '# of May\n\nusers,throughput\n \n1,10.5\n,\n# more\n20,1500\n\n'],
    ['spaces and quotation marks', ' users , "throughput"\n 1 , " 10.5 "\n"20",+1500.\n'],
    ['UTF-16, as spreadsheets write it', utf16('users\tthroughput\r\n1\t10.5\r\n20\t1500\r\n')],
    ['both a name and another one that it may have', 'n,users,throughput\n9,1,10.5\n9,20,1500'],
  ])('is read with %s', (_, content) => {
    expect(read(content).map(({ line: __, ...values }) => values)).toEqual(expected);
  });

  it('knows the line of each row', () => {
    expect(read('# a\n\nusers,throughput\n1,2\n#\n3,4\n').map(({ line }) => line)).toEqual([4, 6]);
  });

  it.each([
    ['', 'steps.csv is empty.'],
    ['\n# only this\n', 'steps.csv is empty.'],
    ['users,throughput\n', 'steps.csv has a header and nothing below it.'],
    ['users,throughput\n1,2\n3,abc\n', 'steps.csv, line 3: throughput is no number: "abc".'],
    ['users,throughput\n1,2\n3,0x10\n', 'steps.csv, line 3: throughput is no number: "0x10".'],
    ['users;throughput\n1;2,5\n', 'steps.csv, line 2: throughput has a comma where numbers have a point: "2,5".'],
    ['users,throughput\n1,1e999\n', 'steps.csv, line 2: throughput is too large: "1e999".'],
    ['users,throughput\n0,2\n', 'steps.csv, line 2: users is below 1: "0".'],
    ['users,throughput\n1,\n', 'steps.csv, line 2: throughput is missing.'],
    ['users,throughput\n1\n', 'steps.csv, line 2: it has 1 column, the first line 2 columns.'],
    ['1,2,3\n', 'steps.csv, line 1: it has 3 columns, and without a header there must be 2: users, throughput.'],
    ['n,users,rps,rps\n1,2,3,4\n', 'steps.csv has more than one column for throughput.'],
    ['users,throughput\n1,"2\n', 'steps.csv, line 2: a quotation mark is not closed.'],
    [Uint8Array.of(0x31, 0xff, 0x2c), 'steps.csv is no text in UTF-8.'],
    [
      'time,latency\n1,2\n',
      'steps.csv has no column users and none throughput: it has "time", "latency". ' +
        'Name the columns users, throughput in the first line, or leave it out and give them in this order.',
    ],
    ['users,throughput\n1,\u001b[31m\u202egone\n', 'steps.csv, line 2: throughput is no number: "[31m gone".'],
  ])('that is wrong is refused in words: %j', (content, fault) => {
    expect(faultOf(content)).toBe(fault);
  });

  it('gives back what was written, however it is quoted and separated', () => {
    const cell = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((each) => each.trim() === each && !each.startsWith('#'));
    const value = fc.double({ min: 1e-300, max: 1e300, noNaN: true });
    const rows = fc.array(fc.record({ worker: cell, a: value, b: value }), { minLength: 1 });
    fc.assert(
      fc.property(rows, fc.constantFrom(',', ';', '\t'), fc.constantFrom('\n', '\r\n'), (given, delimiter, end) => {
        const quoted = (each: string): string => `"${each.replaceAll('"', '""')}"`;
        const lines = given.map(({ worker, a, b }) => [quoted(worker), a, b].join(delimiter));
        const content = [['worker', 'a', 'b'].join(delimiter), ...lines].join(end);
        const { rows: found } = dataTable(bytes(content), 'pairs.csv', {
          worker: { read: text },
          a: { read: numberAbove0 },
          b: { read: numberAbove0 },
        });
        expect(found.map(({ line: _, ...values }) => values)).toEqual(given);
      }),
      { numRuns: 100 },
    );
  });

  it('is read or refused, whatever stands in it, and soon', () => {
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc
        .array(
          fc.constantFrom(
            '"',
            ',',
            ';',
            '\t',
            '\n',
            '\r',
            '#',
            '\0',
            '1',
            '1e9',
            '-',
            '.',
            'users',
            'throughput',
            '\uFEFF',
          ),
        )
        .map((parts) => bytes(parts.join(''))),
    );
    fc.assert(
      fc.property(hostile, (content) => {
        for (const row of faultOf(content) === 'none' ? read(content) : []) {
          expect(row.users >= 1 && Number.isFinite(row.throughput)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
    for (const piece of ['\n', '1', '"', '#', ' ', ';', '\n#']) {
      const begun = performance.now();
      faultOf(piece.repeat(100_000));
      expect(performance.now() - begun).toBeLessThan(3000);
    }
  });
});
