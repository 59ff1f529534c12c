import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { type Client, createClient, HeadroomError } from '../sdk/client.ts';
import { checkReport } from './check-report.ts';
import type { CliContext, LocalPlatform } from './context.ts';
import { CliError, type ExitCode, exitCodes, failureText } from './failure.ts';
import { demoCheck, targetCheck } from './first-check.ts';
import { firstOptimizations } from './first-optimization.ts';
import { type CheckBody, runCheck } from './follow-check.ts';
import { ensureAdminKey, ensureProjectKey } from './local-keys.ts';
import { httpAddress, wholeNumber } from './options.ts';
import { progressOn } from './progress.ts';
import {
  defaultDataDirectory,
  isFoundFrom,
  type RuntimeFile,
  readRuntimeFile,
  writeOwnersFile,
  writeRuntimeFile,
} from './runtime-file.ts';
import { dashboardUrlOf, nextReport, platformReport } from './start-report.ts';
import { requireAnswer } from './target-answers.ts';
import { projectNameOf, registerFirst, registerTarget } from './target-project.ts';

interface StartFlags {
  target?: string;
  port: number;
  data: string;
  demo: boolean;
  optimize: boolean;
  fresh?: true;
  readyFile?: string;
  json?: true;
}

export function startCommand(context: CliContext, done: (code: ExitCode) => void): Command {
  return new Command('start')
    .summary('run the platform on this machine, with a first check of a demo shop or of your service')
    .description('Runs the whole platform on this machine until Ctrl-C, and checks a service once at the start.')
    .option('--target <url>', 'your own service, in place of the demo shop', httpAddress)
    .option('--port <n>', 'of the API on 127.0.0.1; 0: a free one', wholeNumber(0, 65_535), 4040)
    .option('--data <dir>', 'where everything is kept', defaultDataDirectory)
    .option('--no-demo', 'without the demo shop and its check')
    .option('--no-optimize', 'without trying on the demo shop what the plan says')
    .option('--fresh', 'forget what the data directory holds')
    .option('--ready-file <file>', 'written once the platform and the service answer, before the first check')
    .option(
      '--json',
      'print the first check, and each optimization of the demo, as a line of JSON each; all else to stderr',
    )
    .addHelpText('after', examples)
    .action(async (flags: StartFlags) => done(await start(flags, context)));
}

const examples = `
Examples:
  headroom start
  headroom start --target http://127.0.0.1:3000/products
  headroom start --no-demo --port 0 --data /tmp/headroom --ready-file ready.json

The ready file holds { apiUrl, apiKey, dashboardUrl, dataDir, redis }.
Exit codes: 0 ended by Ctrl-C or SIGTERM, 2 could not run.`;

type Say = (line: string) => void;

interface Serving {
  flags: StartFlags;
  context: CliContext;
  dataDirectory: string;
  platform: LocalPlatform;
  /** What was kept by the last run in this data directory. */
  kept: RuntimeFile | undefined;
  /** For people: standard output, unless a program reads that. */
  say: Say;
}

async function start(flags: StartFlags, context: CliContext): Promise<ExitCode> {
  const { terminal, interrupts, ports, workingDirectory } = context;
  const { signal } = interrupts;
  // Whatever runs by then is supervised, and ends with this process.
  interrupts.endAtSecond(exitCodes.ok);
  if (flags.target !== undefined) await requireAnswer(new URL(flags.target), signal);
  const dataDirectory = resolve(workingDirectory, flags.data);
  if (flags.readyFile !== undefined) await rm(resolve(workingDirectory, flags.readyFile), { force: true });
  if (flags.fresh) await ports.clearDataDirectory(dataDirectory);

  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => {});
  terminal.err('Starting the platform ...');
  const platform = await ports.startPlatform({
    port: flags.port,
    dataDirectory,
    environment: context.environment,
    log: (line) => terminal.err(line),
    onFailure: (error) => failure.reject(error),
  });
  const say: Say = flags.json ? terminal.err : terminal.out;
  const kept = readRuntimeFile(dataDirectory);
  try {
    await Promise.race([serve({ flags, context, dataDirectory, platform, kept, say }), failure.promise]);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    if (signal.aborted) terminal.err('Stopping ...');
    await platform.stop();
    forgetProcess(dataDirectory);
  }
  return exitCodes.ok;
}

async function serve(serving: Serving): Promise<void> {
  const { flags, context, dataDirectory, platform, kept, say } = serving;
  const { signal } = context.interrupts;
  const { token: apiKey, isNew } = await ensureAdminKey(platform, kept);
  const file: RuntimeFile = { projectKeys: {}, ...kept, apiUrl: platform.apiUrl, apiKey, pid: process.pid };
  writeRuntimeFile(dataDirectory, file);
  const place = { platform, dataDirectory, isFound: isFoundFrom(context.workingDirectory, dataDirectory) };
  for (const line of platformReport(place, { apiKey, isNew }, context.terminal)) say(line);
  say('');

  const client = createClient({ url: platform.apiUrl, apiKey });
  const service = await serviceOf(serving, client, file);
  signal.throwIfAborted();
  if (flags.readyFile !== undefined) writeReadyFile(serving, apiKey);
  if (service !== undefined) await firstCheck(serving, client, service);
  if (service?.isReporting && flags.optimize) await optimized(serving, client, service);
  for (const line of nextReport(place, service, context.terminal)) say(line);
  say('');
  say(`Serving at ${platform.apiUrl} until Ctrl-C.`);
  await aborted(signal);
}

interface Service {
  project: string;
  url: string;
  /** A page of it that is worth asking for. */
  path: string;
  check: CheckBody;
  /** From inside, by the SDK. */
  isReporting: boolean;
}

/** The service to look after: the user's own, or the demo shop, or none. It answers, and is registered. */
async function serviceOf(serving: Serving, client: Client, file: RuntimeFile): Promise<Service | undefined> {
  const { flags, platform, dataDirectory } = serving;
  if (flags.target !== undefined) {
    const target = new URL(flags.target);
    const project = projectNameOf(target);
    await registerTarget(client, project, target.origin);
    return { project, url: target.origin, path: target.pathname, check: targetCheck(target), isReporting: false };
  }
  if (!flags.demo) return undefined;
  const project = 'demo';
  const { token, isNew } = await ensureProjectKey(platform, project, serving.kept);
  if (isNew) writeRuntimeFile(dataDirectory, { ...file, projectKeys: { ...file.projectKeys, [project]: token } });
  // Before it reports: what comes of a project that is not there is given up.
  await registerFirst(client, project);
  const url = await platform.startDemo({ project, apiKey: token });
  await registerTarget(client, project, url);
  return { project, url, path: '/products', check: demoCheck, isReporting: true };
}

/** What stands in its way is said, and the platform goes on: the user can put it right and check again. */
async function firstCheck(serving: Serving, client: Client, { project, url, check }: Service): Promise<void> {
  const { context, flags, say, platform, dataDirectory } = serving;
  const { terminal, interrupts } = context;
  terminal.err(`First check of the project ${project} (${url})`);
  try {
    const found = await runCheck(client, project, check, { progress: progressOn(terminal), signal: interrupts.signal });
    if (flags.json) {
      const { apiUrl, redis } = platform;
      terminal.out(
        JSON.stringify({
          apiUrl,
          dashboardUrl: dashboardUrlOf(apiUrl),
          dataDir: dataDirectory,
          redis,
          project,
          check: found,
        }),
      );
    } else {
      say('');
      for (const line of checkReport(found, terminal)) say(line);
      say('');
    }
  } catch (error) {
    if (interrupts.signal.aborted) throw error;
    terminal.err(failureText(error));
    if (error instanceof HeadroomError && error.code === 'target-not-verified')
      await tellProofs(terminal.err, client, project);
  }
}

/** What stands in its way is said, as with the check. */
async function optimized({ context, flags, say }: Serving, client: Client, { project }: Service): Promise<void> {
  const { terminal, interrupts } = context;
  const { signal } = interrupts;
  const tell = (lines: string[]): void => {
    if (flags.json) return;
    for (const line of lines) say(line);
    say('');
  };
  try {
    const runs = await firstOptimizations(client, project, terminal, { progress: progressOn(terminal), signal, tell });
    if (flags.json) for (const run of runs) terminal.out(JSON.stringify({ project, optimization: run }));
  } catch (error) {
    if (signal.aborted) throw error;
    terminal.err(failureText(error));
  }
}

async function tellProofs(say: Say, client: Client, project: string): Promise<void> {
  const { verification } = await client.call('getProject', { params: { project } });
  for (const { kind, location, value } of verification.methods) say(`  ${kind}: ${location} must hold ${value}`);
}

function writeReadyFile({ flags, context, platform, dataDirectory }: Serving, apiKey: string): void {
  const path = resolve(context.workingDirectory, flags.readyFile ?? '');
  const { apiUrl, redis } = platform;
  try {
    writeOwnersFile(path, { apiUrl, apiKey, dashboardUrl: dashboardUrlOf(apiUrl), dataDir: dataDirectory, redis });
  } catch (cause) {
    throw new CliError(`The ready file ${path} cannot be written: ${(cause as Error).message}.`, { cause });
  }
}

/** Keeps the keys for the next start; the process is no more. */
function forgetProcess(dataDirectory: string): void {
  const file = readRuntimeFile(dataDirectory);
  if (file === undefined) return;
  const { pid: _, ...rest } = file;
  writeRuntimeFile(dataDirectory, rest);
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
