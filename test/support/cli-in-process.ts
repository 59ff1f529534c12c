import pc from 'picocolors';
import { plotPageFiles } from '../../bin/plot-page-files.ts';
import type { Ports } from '../../lib/cli/context.ts';
import { runCli } from '../../lib/cli/program.ts';
import type { Ended } from './cli-process.ts';

const noPlatform = (): never => {
  throw new Error('this command line has no platform');
};

/** The command line in this process, which takes a tenth of the time of one of its own. Without colours, 100 columns wide. */
export async function runInProcess(
  args: readonly string[],
  workingDirectory: string,
  environment: NodeJS.ProcessEnv = {},
  given: Partial<Ports> = {},
): Promise<Ended> {
  let out = '';
  let err = '';
  const terminal = {
    colours: pc.createColors(false),
    width: 100,
    bars: undefined,
    out: (line: string) => {
      out += `${line}\n`;
    },
    err: (line: string) => {
      err += `${line}\n`;
    },
  };
  const ports = {
    startPlatform: noPlatform,
    clearDataDirectory: noPlatform,
    createKeyInTable: noPlatform,
    plotPageFiles,
    deployments: noPlatform,
    openData: noPlatform,
    ask: async () => undefined,
    ...given,
  };
  const interrupts = { signal: new AbortController().signal, endAtSecond: () => {} };
  const code = await runCli(args, ports, { terminal, workingDirectory, environment, interrupts });
  return { code, out, err };
}
