import { buildApp } from 'fauxqs';
import { accountId } from '../../lambda/account.ts';
import { endReceivesPath } from './end-receives.ts';
import { createStores, invalidCharacterExpression, openPersistence, type Stores } from './internals.ts';
import { mendAbandonedPoll, mendCharacters, mendReturnToQueue, releaseInFlight } from './mends.ts';
import { queueFigures, queueFiguresPath } from './queue-figures.ts';
import { withRequest } from './request-context.ts';
import { keepTraceHeaders, type TraceHeaders } from './trace-headers.ts';
import { type Received, type Receiving, traceHeaderFinder, wantsTraceHeader } from './wire.ts';

export interface RunningQueues {
  readonly port: number;
  close(): Promise<void>;
}

/** SQS and SNS with their data in `dataDir`, on the loopback address. Resolves when the data is loaded. */
export async function listen(dataDir: string, port: number): Promise<RunningQueues> {
  const stores = await createStores();
  const open = await openPersistence(dataDir);
  // Survives the end of the process; only a power failure may take the last writes.
  open.database.exec('PRAGMA synchronous = NORMAL');
  const traceHeaders = keepTraceHeaders(open);
  mendReturnToQueue(open);
  releaseInFlight(open);
  mendCharacters(await invalidCharacterExpression());

  const application = buildApplication(stores, traceHeaders);
  application.addHook('preClose', async () => open.persistence.close());
  application.get(queueFiguresPath, async () => queueFigures(stores.sqsStore, Date.now()));
  application.post<{ Querystring: { queue?: string } }>(endReceivesPath, async ({ query }) => {
    for (const queue of stores.sqsStore.allQueues()) if (queue.name === query.queue) queue.cancelWaiters();
    return {};
  });
  const endpoint = await application.listen({ port, host: '127.0.0.1' });

  const { sqsStore, snsStore } = stores;
  // Queue URLs hold our port, which may have been another one when the queue was made.
  sqsStore.host = '';
  const createQueue = sqsStore.createQueue.bind(sqsStore);
  sqsStore.createQueue = (name, _url, ...rest) => {
    const queue = createQueue(name, `${endpoint}/${accountId}/${name}`, ...rest);
    traceHeaders.watch(queue);
    mendAbandonedPoll(queue);
    return queue;
  };
  // Loaded while the stores do not write through: writing a queue anew would delete its messages.
  open.persistence.loadSqsAndSns(sqsStore, snsStore);
  traceHeaders.load(sqsStore);
  sqsStore.persistence = open.persistence;
  snsStore.persistence = open.persistence;
  for (const queue of sqsStore.allQueues()) queue.persistence = open.persistence;

  return { port: Number(new URL(endpoint).port), close: () => application.close() };
}

function buildApplication(stores: Stores, traceHeaders: TraceHeaders): ReturnType<typeof buildApp> {
  const application = buildApp({ logger: false, stores });
  application.addHook('preHandler', (request, _reply, done) => {
    const header = request.headers['x-amzn-trace-id'];
    const { socket } = request.raw;
    const context = {
      isAbandoned: () => socket.destroyed,
      traceHeaderOf: traceHeaderFinder(request.body, Array.isArray(header) ? header[0] : header),
    };
    withRequest(context, done);
  });
  application.addHook('preSerialization', async (request, _reply, payload) => {
    if (request.headers['x-amz-target'] === 'AmazonSQS.ReceiveMessage') {
      addTraceHeaders(Object(request.body) as Receiving, Object(payload) as Received);
    }
    return payload;
  });
  return application;

  function addTraceHeaders(receiving: Receiving, { Messages = [] }: Received): void {
    if (!wantsTraceHeader(receiving)) return;
    const inflight = stores.sqsStore.getQueue(receiving.QueueUrl ?? '')?.inflightMessages;
    for (const received of Messages) {
      const message = inflight?.get(received.ReceiptHandle)?.message;
      const header = message && traceHeaders.of(message);
      if (header !== undefined) received.Attributes = { ...received.Attributes, AWSTraceHeader: header };
    }
  }
}
