import { resolve } from 'node:path';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { timestamp } from '../../contracts/names.ts';
import {
  type Task,
  type TaskPriority,
  type TaskStatus,
  type TaskType,
  taskPriority,
  taskStatus,
  taskTypes,
} from '../../contracts/tasks.ts';
import type { Client } from '../../sdk/client.ts';
import { type ConnectionFlags, connectTo } from '../connection.ts';
import type { CliContext } from '../context.ts';
import { CliError, clause, type ExitCode, exitCodes } from '../failure.ts';
import { followJob, isOver } from '../follow-job.ts';
import { wholeNumber, withConnection, withProject } from '../options.ts';
import { writeOutput } from '../output-file.ts';
import { followPages, moreText, mostItems } from '../pages.ts';
import { progressOn } from '../progress.ts';
import { standingLines, taskDetails, taskLines } from './report.ts';
import { type TaskFlags, taskBody } from './request.ts';

type Done = (code: ExitCode) => void;

interface Flags extends ConnectionFlags {
  url?: string;
  json?: true;
}

interface ListFlags extends Flags {
  status?: TaskStatus;
  type?: TaskType;
  priority?: TaskPriority;
  limit: number;
}

type RunFlags = Flags & TaskFlags & { wait?: true };

const pollMs = 2000;

const priorityOption = (what: string) => new Option('--priority <priority>', what).choices(taskPriority.options);

export function tasksCommand(context: CliContext, done: Done): Command {
  const one = (name: string, summary: string) => withConnection(new Command(name).summary(summary).argument('<id>'));
  return new Command('tasks')
    .summary('work in the background: list, run, follow, cancel, retry')
    .description('Gives Headroom work to carry out in the background, and shows what becomes of it.')
    .addCommand(
      withConnection(withProject(new Command('list').summary('list tasks, the newest first')))
        .addOption(new Option('--status <status>', 'only those').choices(taskStatus.options))
        .addOption(new Option('--type <type>', 'only those').choices(taskTypes))
        .addOption(priorityOption('only those'))
        .option('--limit <count>', 'at most so many', wholeNumber(1, mostItems), 50)
        .action(async (flags: ListFlags) => done(await list(flags, context))),
    )
    .addCommand(
      withConnection(new Command('status').summary('how much there is to do, and how it goes')).action(
        async (flags: Flags) => done(await standing(flags, context)),
      ),
    )
    .addCommand(
      one('show', 'show a task').action(async (id: string, flags: Flags) => done(await show(id, flags, context))),
    )
    .addCommand(
      withConnection(withProject(new Command('run').summary('give Headroom a task')))
        .addArgument(new Argument('<type>', 'what is to be done').choices(taskTypes))
        .option('--payload <json>', 'what it is given; docs/tasks.md says what each type takes')
        .option('--file <file>', 'the same from a file, as JSON or YAML')
        .option('--secret-env <variable>', 'the environment variable that holds the secret of a webhook')
        .addOption(priorityOption('which workers take it; normal by default'))
        .option('--at <time>', 'not before this time, such as 2026-01-31T02:00:00Z', instant)
        .option('--max-attempts <count>', 'at most so many; 3 by default', wholeNumber(1, 10))
        .option('--wait', 'follow it to its end; exits with 1 where it does not complete')
        .action(async (type: TaskType, flags: RunFlags) => done(await run(type, flags, context))),
    )
    .addCommand(
      one('cancel', 'cancel a task that is not over').action(async (id: string, flags: Flags) =>
        done(await change('cancelTask', id, flags, context)),
      ),
    )
    .addCommand(
      one('retry', 'begin a task anew that failed or was cancelled').action(async (id: string, flags: Flags) =>
        done(await change('retryTask', id, flags, context)),
      ),
    )
    .addCommand(
      one('output', 'print what an export has written')
        .option('--out <file>', 'write it there')
        .action(async (id: string, flags: Flags & { out?: string }) => done(await output(id, flags, context))),
    )
    .addHelpText('after', examples);
}

const examples = `
Examples:
  headroom tasks run report --project shop --payload '{ "days": 30 }' --priority low
  headroom tasks run export --project shop --payload '{ "metrics": ["requests"] }' --wait
  headroom tasks run webhook --project shop --file nightly.yaml --secret-env SHOP_SECRET --at 2026-01-31T02:00:00Z
  headroom tasks list --status failed
  headroom tasks retry 01JD2V8Q6Y0000000000000000`;

async function list(flags: ListFlags, context: CliContext): Promise<ExitCode> {
  const { terminal } = context;
  const { client, project } = connectTo(flags, context);
  const { status, type, priority, limit } = flags;
  const { items, isCut } = await followPages(
    (page) =>
      client.call('listTasks', {
        query: {
          ...page,
          ...(project === undefined ? {} : { project }),
          ...(status === undefined ? {} : { status }),
          ...(type === undefined ? {} : { type }),
          ...(priority === undefined ? {} : { priority }),
        },
      }),
    limit,
  );
  if (flags.json) terminal.out(JSON.stringify(items, null, 2));
  else for (const line of taskLines(items, terminal)) terminal.out(line);
  if (isCut) terminal.err(moreText(items.length));
  return exitCodes.ok;
}

async function standing(flags: Flags, context: CliContext): Promise<ExitCode> {
  const { terminal } = context;
  const found = await connectTo(flags, context).client.call('getTasksStatus');
  if (flags.json) terminal.out(JSON.stringify(found, null, 2));
  else for (const line of standingLines(found, terminal)) terminal.out(line);
  return exitCodes.ok;
}

async function show(taskId: string, flags: Flags, context: CliContext): Promise<ExitCode> {
  shown(await connectTo(flags, context).client.call('getTask', { params: { taskId } }), flags, context);
  return exitCodes.ok;
}

function shown(task: Task, { json }: Flags, { terminal }: CliContext): void {
  if (json) terminal.out(JSON.stringify(task, null, 2));
  else for (const line of taskDetails(task, terminal)) terminal.out(line);
}

async function run(type: TaskType, flags: RunFlags, context: CliContext): Promise<ExitCode> {
  const { terminal } = context;
  const { client, project } = connectTo(flags, context);
  const accepted = await client.call('startTask', { body: taskBody(type, flags, project, context) });
  const { taskId } = accepted;
  if (!flags.wait) {
    terminal.out(flags.json ? JSON.stringify(accepted, null, 2) : `The task ${taskId} is queued.`);
    return exitCodes.ok;
  }
  const ended = await follow(client, taskId, context);
  shown(ended, flags, context);
  if (ended.status === 'failed')
    terminal.err(`The task ${taskId} failed: ${clause(ended.error ?? 'it says not why')}.`);
  return ended.status === 'completed' ? exitCodes.ok : exitCodes.thresholdFailed;
}

async function follow(client: Client, taskId: string, { terminal, interrupts }: CliContext): Promise<Task> {
  const progress = progressOn(terminal);
  const params = { taskId };
  try {
    const ended = await followJob<Task>(
      {
        poll: (signal) => client.poll('getTask', { params }, { until: isOver, intervalMs: pollMs, signal }),
        show: (task) => progress.show(isOver(task) ? 100 : (task.progressPercent ?? 0), task.status),
        cancel: () => client.call('cancelTask', { params }),
      },
      { progress, signal: interrupts.signal },
    );
    if (ended === undefined) throw new CliError(`The task ${taskId} was never shown.`);
    return ended;
  } finally {
    progress.end();
  }
}

async function change(
  operation: 'cancelTask' | 'retryTask',
  taskId: string,
  flags: Flags,
  context: CliContext,
): Promise<ExitCode> {
  const { client } = connectTo(flags, context);
  const params = { taskId };
  const answer =
    operation === 'cancelTask' ? await client.call(operation, { params }) : await client.call(operation, { params });
  context.terminal.out(flags.json ? JSON.stringify(answer, null, 2) : `The task ${taskId} is ${answer.status}.`);
  return exitCodes.ok;
}

async function output(taskId: string, flags: Flags & { out?: string }, context: CliContext): Promise<ExitCode> {
  const { bytes } = await connectTo(flags, context).client.exchange('getTaskOutput', { params: { taskId } });
  if (flags.out === undefined)
    context.terminal.out(
      Buffer.from(bytes)
        .toString()
        .replace(/\r?\n$/, ''),
    );
  else await writeOutput(resolve(context.workingDirectory, flags.out), bytes, 'The output');
  return exitCodes.ok;
}

function instant(text: string): string {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) throw new InvalidArgumentError('It must be a time such as 2026-01-31T02:00:00Z.');
  return timestamp.parse(at.toISOString());
}
