import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Mutant, mutants } from './cache-mutants.ts';

/**
 * Takes out, one at a time, what the cache's coherence rests on, in a copy of the sources, and shows that the model test of the cache
 * then finds a history that breaks a promise. Ends with 1 when it does not for one of them.
 */
const RUNS = 1_000;
const root = fileURLToPath(new URL('../..', import.meta.url));
const program = 'test/contract/cache/model/programs/try-histories.ts';

interface Outcome {
  isKilled: boolean;
  /** How many histories it took, and what the first that failed broke. */
  told: string;
}

function copyWith({ changes }: Mutant): string {
  const dir = mkdtempSync(join(tmpdir(), 'headroom-mutant-'));
  for (const part of ['lib', 'test/contract/cache', 'test/support', 'package.json']) {
    cpSync(join(root, part), join(dir, part), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'));
  for (const { file, from, to } of changes) {
    const source = readFileSync(join(dir, file), 'utf8');
    if (source.split(from).length !== 2) {
      throw new Error(`${file} has this not once any more, so that it cannot be taken out:\n${from}`);
    }
    writeFileSync(
      join(dir, file),
      source.replace(from, () => to),
    );
  }
  return dir;
}

function run(dir: string, args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ['--conditions=headroom-source', join(dir, program), ...args], { cwd: dir });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output: Buffer.concat(chunks).toString() }));
  });
}

async function outcomeOf(mutant: Mutant, seed: number): Promise<Outcome> {
  const dir = copyWith(mutant);
  try {
    const { code, output } = await run(dir, [String(RUNS), String(seed)]);
    const [first = '', second = ''] = output.split('\n');
    if (code === 0) return { isKilled: false, told: `survives ${RUNS} histories` };
    // What does not even start proves nothing.
    if (code !== 1 || !first.startsWith('{')) throw new Error(`${mutant.name}: ${output}`);
    const { runs } = JSON.parse(first) as { runs: number };
    return { isKilled: true, told: `${runs} histories: ${second}` };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const seed = Number(process.argv[2] ?? Date.now() % 2 ** 31);
console.log(`seed ${seed}, at most ${RUNS} histories each`);
for (const mutant of mutants) {
  const { isKilled, told } = await outcomeOf(mutant, seed);
  if (!isKilled) process.exitCode = 1;
  console.log(`${isKilled ? 'killed  ' : 'SURVIVED'}  ${mutant.name.padEnd(60)}  ${told.slice(0, 160)}`);
}
