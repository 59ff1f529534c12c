#!/usr/bin/env node
// `npx headroom` inside the clone. Runs under any Node: where it is older than the platform needs, the one that npm
// installed beside it takes over.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const needed = 24;

if (Number(process.versions.node.split('.')[0]) >= needed) {
  await import('./headroom.ts');
} else {
  const program = fileURLToPath(new URL('headroom.ts', import.meta.url));
  const node = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
  if (!existsSync(node)) {
    process.stderr.write(`Headroom needs Node ${needed}: run \`npm ci\`, which installs it beside the package.\n`);
    process.exit(2);
  }
  const child = spawn(node, [program, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}
