import { enableCompileCache } from 'node:module';

// Compiling its modules is most of what a short command takes: what was compiled once is kept.
enableCompileCache();
const { runCli } = await import('../lib/cli/program.ts');

// What a command does not need is not loaded: the platform and the AWS clients take longer than most commands.
const code = await runCli(process.argv.slice(2), {
  startPlatform: async (options) => (await import('./local-platform.ts')).startPlatform(options),
  clearDataDirectory: async (directory) => (await import('./local-platform.ts')).clearDataDirectory(directory),
  createKeyInTable: async (table, request) => (await import('./key-in-table.ts')).createKeyInTable(table, request),
  plotPageFiles: async () => (await import('./plot-page-files.ts')).plotPageFiles(),
});
process.exit(code);
