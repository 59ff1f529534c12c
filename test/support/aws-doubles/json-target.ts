import { type Protocol, ServiceFailure } from './double.ts';

export type JsonOperations = Readonly<Record<string, (input: Record<string, unknown>) => unknown>>;

/** AWS JSON 1.1: the operation stands in `X-Amz-Target`. */
export const jsonTarget = (operations: JsonOperations): Protocol => ({
  read({ headers, body }) {
    const name = String(headers['x-amz-target'] ?? '').split('.')[1] ?? '';
    const operation = operations[name];
    if (operation === undefined) throw new ServiceFailure('UnknownOperationException', 400);
    const input = JSON.parse(body.toString() || '{}') as Record<string, unknown>;
    return { name, input, run: () => operation(input) };
  },
  answer: (_, output) => ({
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify(output ?? {}),
  }),
  failure: ({ code, status, message }) => ({
    status,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify({ __type: code, message }),
  }),
});
