import { Argument, Command, Option } from 'commander';
import {
  type DeadLetter,
  type DeadLetterSource,
  type DeadLetters,
  type DeadLettersHandled,
  deadLetterSources,
} from '../contracts/dead-letters.ts';
import { type ConnectionFlags, connectTo } from './connection.ts';
import type { CliContext } from './context.ts';
import { type ExitCode, exitCodes } from './failure.ts';
import { wholeNumber, withConnection } from './options.ts';
import type { Look } from './terminal.ts';
import { textTable } from './text-table.ts';

type Done = (code: ExitCode) => void;

interface Flags extends ConnectionFlags {
  url?: string;
  json?: true;
}

interface ListFlags extends Flags {
  queue?: DeadLetterSource;
  limit: number;
}

export function deadLettersCommand(context: CliContext, done: Done): Command {
  const ofQueue = (name: string, summary: string, ids: string) =>
    withConnection(
      new Command(name)
        .summary(summary)
        .addArgument(
          new Argument('<queue>', 'that they were sent to; `alarms`: what CloudWatch alarms say').choices(
            deadLetterSources,
          ),
        )
        .argument(ids, 'the ids that `list` shows'),
    );
  return new Command('dead-letters')
    .summary('messages that could not be handled: list, redrive, discard')
    .description('Shows what could not be handled in the background, has it handled once more, or gives it up.')
    .addCommand(
      withConnection(new Command('list').summary('list them, of all queues'))
        .addOption(new Option('--queue <queue>', 'only of this one').choices(deadLetterSources))
        .option('--limit <count>', 'at most so many of each queue', wholeNumber(1, 100), 50)
        .action(async (flags: ListFlags) => done(await list(flags, context))),
    )
    .addCommand(
      ofQueue('redrive', 'have them handled once more; without ids, all', '[ids...]').action(
        async (queue: DeadLetterSource, messageIds: string[], flags: Flags) =>
          done(await redrive(queue, messageIds, flags, context)),
      ),
    )
    .addCommand(
      ofQueue('discard', 'give them up for good; each is named', '<ids...>').action(
        async (queue: DeadLetterSource, messageIds: string[], flags: Flags) =>
          done(await discard(queue, messageIds, flags, context)),
      ),
    )
    .addHelpText('after', examples);
}

const examples = `
Examples:
  headroom dead-letters list
  headroom dead-letters redrive notifications
  headroom dead-letters discard tasks 6e6ff7a5-7c1b-4f0f-9d3a-0d5a2d0a9d3c`;

async function list({ queue, limit, ...flags }: ListFlags, context: CliContext): Promise<ExitCode> {
  const query = { limit: String(limit), ...(queue === undefined ? {} : { queue }) };
  const found = await connectTo(flags, context).client.call('listDeadLetters', { query });
  if (flags.json) context.terminal.out(JSON.stringify(found, null, 2));
  else for (const line of deadLetterLines(found, context.terminal)) context.terminal.out(line);
  return exitCodes.ok;
}

function deadLetterLines({ items, counts }: DeadLetters, { colours, width }: Look): string[] {
  if (items.length === 0 && Object.keys(counts).length === 0) return ['There are no dead letters.'];
  const rows = items.map((letter) => [
    letter.queue,
    colours.bold(letter.messageId),
    letter.sentAt?.slice(0, 16).replace('T', ' ') ?? '',
    whyOf(letter),
    letter.body,
  ]);
  const sums = Object.entries(counts).map(([queue, count]) => `${queue} ${count}`);
  return [
    ...textTable(['left', 'left', 'left', 'left', 'left'], rows, { width, drop: [2], shorten: 4 }),
    ...(sums.length === 0 ? [] : [colours.dim(`There are about so many: ${sums.join(', ')}.`)]),
  ];
}

const whyOf = ({ fault }: DeadLetter): string => (fault === undefined ? 'failed' : 'cannot be read');

async function redrive(
  queue: DeadLetterSource,
  messageIds: string[],
  flags: Flags,
  context: CliContext,
): Promise<ExitCode> {
  const body = messageIds.length === 0 ? { queue } : { queue, messageIds };
  const handled = await connectTo(flags, context).client.call('redriveDeadLetters', { body });
  return told(handled, queue === 'alarms' ? 'taken' : `sent to ${queue} once more`, flags, context);
}

async function discard(
  queue: DeadLetterSource,
  messageIds: string[],
  flags: Flags,
  context: CliContext,
): Promise<ExitCode> {
  const body = { queue, messageIds };
  const handled = await connectTo(flags, context).client.call('discardDeadLetters', { body });
  return told(handled, 'discarded', flags, context);
}

/** What was not found makes it fail: it is still there, or somebody else has it. */
function told(answer: DeadLettersHandled, what: string, { json }: Flags, { terminal }: CliContext): ExitCode {
  const { handled, failed = [], missing } = answer;
  if (json) terminal.out(JSON.stringify(answer, null, 2));
  else terminal.out(`${handled.length} ${handled.length === 1 ? 'was' : 'were'} ${what}.`);
  for (const { messageId, fault } of failed) terminal.err(`${messageId} stays: ${fault}`);
  if (missing.length > 0) terminal.err(`Not found, or just being looked at by somebody else: ${missing.join(', ')}.`);
  return missing.length + failed.length === 0 ? exitCodes.ok : exitCodes.thresholdFailed;
}
