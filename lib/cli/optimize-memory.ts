import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import type { MemorySweep } from '../contracts/memory-sweeps.ts';
import { type ConnectionFlags, connectTo, requireProject } from './connection.ts';
import type { CliContext } from './context.ts';
import { CliError, type ExitCode, exitCodes } from './failure.ts';
import { followJob } from './follow-job.ts';
import { memorySweepReport } from './memory-sweep-report.ts';
import { wholeNumber, withConnection, withProject } from './options.ts';
import { progressOn } from './progress.ts';

interface MemoryFlags extends ConnectionFlags {
  url?: string;
  json?: true;
  payload?: string;
  payloadFile?: string;
  rounds?: number;
}

const pollMs = 1_000;
/** What was published is taken away one after the other. */
const endAfterCancelMs = 5 * 60_000;

export function memoryCommand(context: CliContext, done: (code: ExitCode) => void): Command {
  const command = new Command('memory')
    .summary('measure what a function on AWS Lambda takes and costs with 5 to 7 sizes of memory')
    .description(
      'Publishes versions of a function with 5 to 7 sizes of memory, invokes each in turn, and shows time and cost by\nmemory, with the size to take. What the function does with the payload, it really does. The versions are deleted\nafterwards; Ctrl-C breaks it off, and deletes them too. A later plan goes by what was measured.',
    )
    .argument('<function>', 'as the project names it among its lambdas')
    .option('--payload <json>', 'what each invocation is given')
    .option('--payload-file <file>', 'likewise, from a file')
    .option('--rounds <n>', 'invocations of each size (default: 20)', wholeNumber(7, 100));
  return withConnection(withProject(command)).action(async (name: string, _: MemoryFlags, given: Command) =>
    done(await sweepMemory(name, given.optsWithGlobals<MemoryFlags>(), context)),
  );
}

async function sweepMemory(name: string, flags: MemoryFlags, context: CliContext): Promise<ExitCode> {
  const { terminal, interrupts } = context;
  const { client, ...connection } = connectTo(flags, context);
  const project = requireProject({ client, ...connection });
  const body = {
    function: name,
    payload: payloadOf(flags),
    ...(flags.rounds === undefined ? {} : { rounds: flags.rounds }),
  };
  const { sweepId } = await client.call('startMemorySweep', { params: { project }, body });
  const params = { project, sweepId };
  const progress = progressOn(terminal);
  const sweep = await followJob<MemorySweep>(
    {
      poll: (signal) =>
        client.poll(
          'getMemorySweep',
          { params },
          { until: ({ status }) => status !== 'running', intervalMs: pollMs, signal },
        ),
      endAfterCancelMs,
      show: ({ progressPercent, status }) => progress.show(progressPercent, status),
      cancel: () => client.call('cancelMemorySweep', { params }),
    },
    { progress, signal: interrupts.signal },
  ).finally(() => progress.end());
  if (sweep === undefined) throw new CliError(`Nothing is known of the memory sweep ${sweepId}.`);
  if (flags.json) terminal.out(JSON.stringify(sweep));
  else for (const line of memorySweepReport(sweep, terminal)) terminal.out(line);
  return sweep.status === 'completed' ? exitCodes.ok : exitCodes.thresholdFailed;
}

function payloadOf({ payload, payloadFile }: MemoryFlags): string {
  if (payload !== undefined && payloadFile === undefined) return payload;
  if (payload === undefined && payloadFile !== undefined) return readFileSync(payloadFile, 'utf8');
  throw new CliError(
    'Say what each invocation is given: either --payload, or --payload-file. There is no default: nobody but you knows what does no harm.',
  );
}
