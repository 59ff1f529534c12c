import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { withRouteCommands } from '../derived/route-commands.ts';
import type { ExitCode } from '../failure.ts';

type Done = (code: ExitCode) => void;

/** Silences, and what was told of alerts. */
export const withKeptNotifications = (command: Command, context: CliContext, done: Done): Command =>
  withRouteCommands(
    command,
    {
      listSilences: { name: 'silences', examples: ['headroom alerts silences'] },
      deleteSilence: {
        name: 'end-silence',
        examples: ['headroom alerts end-silence 01JD2V8Q6Y0000000000000000'],
        report: () => ['Ended: what it kept back and is open still is announced.'],
      },
      listNotifications: {
        name: 'notifications',
        summary: 'what was told of alerts, and how it came to each channel',
        examples: ['headroom alerts notifications --status dead'],
      },
      getNotification: {
        name: 'notification',
        summary: 'show what was told, and how it came to each channel',
        examples: ['headroom alerts notification 01JD2V8Q6Y0000000000000000'],
      },
      retryNotification: {
        name: 'retry-notification',
        examples: ['headroom alerts retry-notification 01JD2V8Q6Y0000000000000000'],
      },
    },
    context,
    done,
  );

export const withKeptChannels = (command: Command, context: CliContext, done: Done): Command =>
  withRouteCommands(
    command,
    {
      getChannel: {
        name: 'show',
        summary: 'show a channel, without its secrets',
        examples: ['headroom alerts channels show on-call'],
      },
    },
    context,
    done,
  );
