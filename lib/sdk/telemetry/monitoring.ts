import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { isMainThread } from 'node:worker_threads';
import { version } from '../../contracts/version.ts';
import { followSettings } from '../live-settings/follow-settings.ts';
import type { TelemetryConfiguration } from './configuration.ts';
import { watchDatabases } from './databases/watch-databases.ts';
import { Delivery, type Identity } from './delivery.ts';
import { watchFastify } from './frameworks/fastify.ts';
import { watchHono } from './frameworks/hono.ts';
import { watchKoa } from './frameworks/koa.ts';
import type { Identify } from './identify.ts';
import { watchIncomingRequests } from './incoming-requests.ts';
import { Invocations } from './lambda/invocations.ts';
import { ModuleLoads } from './module-loads.ts';
import { OutgoingFigures } from './outgoing-figures.ts';
import { watchOutgoingRequests } from './outgoing-requests.ts';
import { ownErrors } from './own-errors.ts';
import { packWindow } from './packing.ts';
import { People } from './people.ts';
import { createPost, type Post } from './post.ts';
import { RequestLoad } from './request-load.ts';
import { recordWith } from './request-record.ts';
import { Resources } from './resources.ts';
import { ChangingSampling } from './sampling.ts';
import { ServingThreads } from './serving-threads.ts';
import { onShutdown } from './shutdown.ts';
import { windowSources } from './sources.ts';
import { Spool } from './spool.ts';
import { defaultSlowRequests, Window } from './window.ts';

/** So that two parts fit into a batch. */
const maxPartBytes = 450_000;

const maxSendDelayMs = 2_000;
/** From the start until live settings are asked for, where requests have come by then; else with the first of them that are sent. */
const firstLookMs = 1_000;

export interface Monitoring {
  /** Closes the window and sends what waits. Resolves when it is delivered, or could not be. Never rejects. */
  flush(): Promise<void>;
  /** For functions on AWS Lambda. Absent: nothing is reported. */
  readonly invocations?: Invocations;
  /** From now on, this says who sent a request that is kept whole. Absent: nothing is reported. */
  identify?(by: Identify): void;
}

/** One process, or one worker thread: a new one has a new name. */
const instanceName = (): string =>
  `${hostname()
    .replace(/[^\w.-]/g, '-')
    .slice(0, 40)}-${process.pid}-${randomBytes(4).toString('hex')}`;

/** Watches this process from now on, and reports in the background. */
export function startMonitoring({
  endpoint,
  apiKey,
  flushMs,
  memoryEnabled,
  liveSettings,
  serviceVersion,
  ...more
}: TelemetryConfiguration): Monitoring {
  const errors = ownErrors;
  const spool = new Spool();
  const identity: Identity = {
    instance: instanceName(),
    sdk: `headroom-node/${version}`,
    ...(serviceVersion === undefined ? {} : { serviceVersion }),
  };
  const post = createPost(endpoint, apiKey);
  const postAndHear: Post = async (body) => {
    const answer = await post(body);
    if (answer.settings !== undefined) settings?.heard(answer.settings);
    return answer;
  };
  const delivery = new Delivery(spool, postAndHear, errors, identity);
  // They are the whole process's: counted once, whatever number of threads it has.
  const resources = memoryEnabled && isMainThread ? new Resources() : undefined;
  const outgoing = new OutgoingFigures();
  const load = new RequestLoad(performance.now());
  const people = new People(more.people, errors);
  const recordOf = recordWith(people);
  const sampling = new ChangingSampling({ flushMs, slowRequests: defaultSlowRequests });
  const newWindow = (): Window => new Window(new Date(), sampling.now.slowRequests);
  let window = newWindow();
  const serving = new ServingThreads();

  const hasNews = (): boolean => !window.isEmpty || [...windowSources].some((source) => source.hasNews?.());
  const closeWindow = (endedAtMs?: number): void =>
    errors.guard('Closing a window', () => {
      const isNews = hasNews();
      const peakConcurrentRequests = load.takePeak();
      const closing = window;
      window = newWindow();
      // Build tools and scripts started with the same NODE_OPTIONS serve nothing, and are nobody's instance.
      if (isNews) {
        serving.serves();
        settings?.start();
      }
      if (!serving.any) outgoing.close();
      if (!serving.any || (!isNews && resources === undefined)) return;
      const used = resources?.read();
      const lambda = invocations.figures.close();
      const end = { startedAtMs: endedAtMs ?? window.startedAtMs };
      const closed = {
        ...closing.close(end, used && { ...used, ...(lambda && { lambda }) }, windowSources),
        ...(peakConcurrentRequests !== undefined && { peakConcurrentRequests }),
        ...(settings?.inForce && { settings: settings.inForce }),
      };
      for (const part of packWindow(closed, maxPartBytes)) spool.push(part);
    });
  const closeAndSend = (): Promise<void> => {
    closeWindow();
    return delivery.sendNow();
  };
  const invocations = new Invocations(
    {
      flushMs,
      isEmpty: () => window.isEmpty,
      add: (ended) => window.addRequest(ended, recordOf),
      load,
      pause: () => resources?.pause(),
      resume: () => resources?.resume(),
      renew: () => {
        window = newWindow();
      },
      close: closeWindow,
      send: async () => {
        await delivery.sendNow();
        await settings?.fetchIfDue();
        return !delivery.hasWork;
      },
      catchUp: () => settings?.catchUp(),
    },
    errors,
  );
  const settings = liveSettings
    ? followSettings({ endpoint, apiKey, sampling, errors, changing: () => closeWindow() })
    : undefined;
  /** The same for as long as the process lives: instances whose windows end together do not send at one moment. */
  const sendDelay = Math.random();
  /** Windows end where the clock shows a multiple of their length: those of all instances lie side by side. */
  const untilBoundary = (): number => {
    const { flushMs: everyMs } = sampling.now;
    const remaining = everyMs - (Date.now() % everyMs);
    // A timer may fire a moment early: that boundary is done.
    return remaining < everyMs / 20 ? remaining + everyMs : remaining;
  };
  let ticking: NodeJS.Timeout | undefined;
  const tick = (): void => {
    if (invocations.endWindows) return;
    closeWindow();
    const delayMs = sendDelay * Math.min(maxSendDelayMs, sampling.now.flushMs / 5);
    setTimeout(() => void delivery.start(), delayMs).unref();
    ticking = setTimeout(tick, untilBoundary()).unref();
  };
  sampling.onChange(() => {
    clearTimeout(ticking);
    ticking = setTimeout(tick, untilBoundary()).unref();
  });

  windowSources.add(outgoing);
  const loads = new ModuleLoads(errors);
  watchFastify(errors);
  watchHono(loads);
  watchKoa(loads);
  watchIncomingRequests((ended) => window.addRequest(ended, recordOf), load, errors);
  watchOutgoingRequests((ended) => outgoing.add(ended), errors);
  watchDatabases((query) => window.addQuery(query), loads, errors);
  ticking = setTimeout(tick, untilBoundary()).unref();
  // A service has been asked something by then; a script has ended.
  setTimeout(() => window.isEmpty || settings?.start(), firstLookMs).unref();
  if (invocations.isOnLambda) settings?.start();
  onShutdown(closeAndSend, () => hasNews() || delivery.hasWork);
  return {
    flush: () => keepingAlive(closeAndSend()),
    identify(by) {
      people.identify = by;
    },
    invocations,
  };
}

/** Whoever awaits it wants the end, though nothing else may hold the process. */
function keepingAlive(work: Promise<void>): Promise<void> {
  const hold = setInterval(() => {}, 1_000);
  return work.finally(() => clearInterval(hold));
}
