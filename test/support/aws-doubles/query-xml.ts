import { type Protocol, ServiceFailure } from './double.ts';

export type QueryOperations = Readonly<Record<string, (input: Record<string, string>) => XmlValue>>;
export type XmlValue = string | number | boolean | undefined | readonly XmlValue[] | { [name: string]: XmlValue };

const escaped = (text: string): string =>
  text.replace(/[<>&"]/g, (one) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' })[one] ?? one);

/** Items of lists are `member`, unless their list says otherwise: `{ ServerlessCaches: { ServerlessCache: [...] } }`. */
function xmlOf(value: XmlValue): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((one) => `<member>${xmlOf(one)}</member>`).join('');
  if (typeof value !== 'object') return escaped(String(value));
  return Object.entries(value as { [name: string]: XmlValue })
    .filter(([, one]) => one !== undefined)
    .map(([name, one]) =>
      name.startsWith('*') && Array.isArray(one)
        ? one.map((item) => `<${name.slice(1)}>${xmlOf(item)}</${name.slice(1)}>`).join('')
        : `<${name}>${xmlOf(one)}</${name}>`,
    )
    .join('');
}

/** The Query protocol: form fields in, XML out, as CloudFormation and ElastiCache speak it. */
export const queryXml = (operations: QueryOperations): Protocol => ({
  read({ body }) {
    const { Action = '', Version: _, ...input } = Object.fromEntries(new URLSearchParams(body.toString()));
    const operation = operations[Action];
    if (operation === undefined) throw new ServiceFailure('InvalidAction', 400);
    return { name: Action, input, run: () => operation(input) };
  },
  answer: (operation, output) => ({
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: `<${operation}Response><${operation}Result>${xmlOf(output as XmlValue)}</${operation}Result><ResponseMetadata><RequestId>double</RequestId></ResponseMetadata></${operation}Response>`,
  }),
  failure: ({ code, status, message }) => ({
    status,
    headers: { 'content-type': 'text/xml' },
    body: `<ErrorResponse><Error><Type>${status < 500 ? 'Sender' : 'Receiver'}</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error><RequestId>double</RequestId></ErrorResponse>`,
  }),
});
