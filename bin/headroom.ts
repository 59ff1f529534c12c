import { enableCompileCache } from 'node:module';

// Compiling its modules is most of what a short command takes: what was compiled once is kept.
enableCompileCache();
const { runCli } = await import('../lib/cli/program.ts');

// `| head` closes the pipe when it has seen enough: what is written after that goes nowhere, and the exit code still says how it went.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

// What a command does not need is not loaded: the platform and the AWS clients take longer than most commands.
const code = await runCli(process.argv.slice(2), {
  startPlatform: async (options) => (await import('./local-platform.ts')).startPlatform(options),
  clearDataDirectory: async (directory) => (await import('./local-platform.ts')).clearDataDirectory(directory),
  createKeyInTable: async (table, request) => (await import('./key-in-table.ts')).createKeyInTable(table, request),
  deployments: async () => (await import('./deployments.ts')).openDeployments(),
  openData: async (place) => (await import('./data.ts')).openData(place),
  ask: async (question) =>
    (await import('../lib/cli/deployment/deploy.ts')).askOn(process.stdin, process.stderr, question),
  plotPageFiles: async () => (await import('./plot-page-files.ts')).plotPageFiles(),
});
// Of what goes into a pipe, a part is still to be written.
await new Promise((written) => process.stdout.write('', written));
process.exit(code);
