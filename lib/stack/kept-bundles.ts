import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stop } from 'esbuild';
import { type FunctionName, functionNames } from '../contracts/functions.ts';
import { type Bundle, buildFunctions, bundlesIn } from './bundle.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
/** What decides how the inputs are built. The lockfile has the versions of all that is built with. */
const recipe = ['lib/stack', 'lib/contracts/functions.ts', 'package-lock.json'];
const inputList = 'inputs.json';
/** Builds that nobody runs are kept for whoever goes back to their sources. */
const keptUnused = 2;

/**
 * All functions of the platform: as they were built before from the same sources, else built now. A build that a living
 * process asked for stays where it is.
 */
export async function keptBundles(directory: string): Promise<Record<FunctionName, Bundle>> {
  await mkdir(directory, { recursive: true });
  let build = await findBuild(directory);
  // Most likely what another process is building is the same.
  for (; build === undefined && (await isBeingBuilt(directory)); build = await findBuild(directory)) await delay(100);
  build ??= await makeBuild(directory);
  await removeUnused(directory);
  return bundlesIn(build, functionNames);
}

const isBeingBuilt = async (directory: string): Promise<boolean> =>
  (await readdir(directory)).some((name) => name.startsWith('building-') && isUsed(name));

async function findBuild(directory: string): Promise<string | undefined> {
  for (const name of await readdir(directory)) {
    const build = join(directory, name);
    if (!existsSync(join(build, inputList))) continue;
    // Before the look, so that nobody removes what was found.
    await markAsUsed(build);
    const inputs = JSON.parse(await readFile(join(build, inputList), 'utf8')) as string[];
    if ((await digestOf(inputs)) === name) return build;
    await rm(join(build, markOf(process.pid)), { force: true });
  }
  return undefined;
}

async function makeBuild(directory: string): Promise<string> {
  const building = join(directory, `building-${process.pid}`);
  await rm(building, { recursive: true, force: true });
  try {
    const { inputs } = await buildFunctions({ outDir: building });
    await writeFile(join(building, inputList), JSON.stringify(inputs));
    await markAsUsed(building);
    const build = join(directory, await digestOf(inputs));
    try {
      await rename(building, build);
    } catch (error) {
      // Another process was quicker with the same.
      if (!existsSync(join(build, inputList))) throw error;
      await markAsUsed(build);
    }
    return build;
  } finally {
    await rm(building, { recursive: true, force: true });
    // Its service is a process of its own that would stay for as long as this one.
    await stop();
  }
}

/** Of names and contents, so that neither a checkout nor a copy makes another build of the same sources. */
async function digestOf(inputs: readonly string[]): Promise<string> {
  const files = [...inputs, ...(await Promise.all(recipe.map(filesIn))).flat()].sort();
  const contents = await Promise.all(files.map((file) => readFile(join(repository, file)).catch(() => 'gone')));
  const hash = createHash('sha256');
  for (const [index, content] of contents.entries())
    hash.update(`${files[index]}\0${content.length}\0`).update(content);
  return hash.digest('hex').slice(0, 32);
}

async function filesIn(path: string): Promise<string[]> {
  if (!(await stat(join(repository, path))).isDirectory()) return [path];
  return (await readdir(join(repository, path))).map((name) => join(path, name));
}

/** 0: another process has just removed it. */
const modifiedAt = (path: string): Promise<number> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
const isUsed = (mark: string): boolean => isAlive(Number(/^(?:building|used-by)-(\d+)$/.exec(mark)?.[1]));
const markOf = (pid: number): string => `used-by-${pid}`;
const markAsUsed = (build: string): Promise<void> => writeFile(join(build, markOf(process.pid)), '');

async function removeUnused(directory: string): Promise<void> {
  const unused: { build: string; at: number }[] = [];
  for (const name of await readdir(directory)) {
    const build = join(directory, name);
    const isUnfinished = name.startsWith('building-');
    const marks = isUnfinished
      ? [name]
      : (await readdir(build).catch(() => [])).filter((file) => file.startsWith('used-by-'));
    if (marks.some(isUsed)) continue;
    unused.push({ build, at: isUnfinished ? 0 : await modifiedAt(build) });
  }
  const doomed = unused.sort((a, b) => b.at - a.at).filter(({ at }, index) => at === 0 || index >= keptUnused);
  await Promise.all(doomed.map(({ build }) => rm(build, { recursive: true, force: true })));
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid)) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
