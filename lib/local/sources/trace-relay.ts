import { once } from 'node:events';
import { Agent, createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * SQS keeps the header `X-Amzn-Trace-Id` of whoever sends a message as its system attribute `AWSTraceHeader`; the
 * emulator does not. Functions reach it through this relay, which keeps the header as a message attribute of that name.
 * Without it no chain of messages could be told from another, and no loop found.
 */
export const traceAttribute = 'AWSTraceHeader';

export interface TraceRelay {
  url: string;
  stop(): Promise<void>;
}

export async function startTraceRelay(sqsUrl: string): Promise<TraceRelay> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer((request, response) => {
    relay(request, response, sqsUrl, agent).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}

async function relay(request: IncomingMessage, response: ServerResponse, sqsUrl: string, agent: Agent): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const given = Buffer.concat(chunks);
  const trace = request.headers['x-amzn-trace-id'];
  const body = typeof trace === 'string' ? withTrace(given, request.headers['x-amz-target'], trace) : given;
  const onward = httpRequest(new URL(request.url ?? '/', sqsUrl), {
    method: request.method ?? 'POST',
    headers: { ...request.headers, 'content-length': body.length },
    agent,
  });
  onward.end(body);
  const [answer] = (await once(onward, 'response')) as [IncomingMessage];
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  for await (const chunk of answer) response.write(chunk);
  response.end();
}

type Sending = { MessageAttributes?: Record<string, unknown> };

function withTrace(body: Buffer, target: string | string[] | undefined, trace: string): Buffer {
  const attribute = { DataType: 'String', StringValue: trace };
  const mark = (sending: Sending): Sending => ({
    ...sending,
    MessageAttributes: { ...sending.MessageAttributes, [traceAttribute]: attribute },
  });
  if (target === 'AmazonSQS.SendMessage') return Buffer.from(JSON.stringify(mark(JSON.parse(body.toString()))));
  if (target === 'AmazonSQS.SendMessageBatch') {
    const batch = JSON.parse(body.toString());
    return Buffer.from(JSON.stringify({ ...batch, Entries: batch.Entries.map(mark) }));
  }
  return body;
}
