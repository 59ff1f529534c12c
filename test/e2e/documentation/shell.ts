import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { runInProcess } from '../../support/cli-in-process.ts';
import { listening } from '../../support/listening.ts';
import { files } from './files.ts';

/** What is not done here, by how its words begin, and why. */
export const notDone: Readonly<Record<string, string>> = {
  'npm ci': 'installs what this very run stands on',
  'npm test': 'is what runs this',
  'npm start': 'test/e2e/main-job.test.ts does it',
  'npm run synth': 'the tests of the stack do it',
  'npm run bench': 'takes minutes, and measures this machine',
  'npm run test:mutations': 'takes minutes',
  'headroom deploy': 'needs an AWS account',
  'headroom destroy': 'needs an AWS account',
  'headroom export': 'reads the tables of an AWS account',
  'headroom restore': 'puts back what an AWS account gave',
  'headroom optimize memory': 'measures a function of an AWS account',
  'aws dynamodb': 'needs an AWS account',
  'aws resourcegroupstaggingapi': 'needs an AWS account',
  'curl stackName': 'reads a stack of an AWS account',
  'curl retry': 'needs a notification that was given up',
};

/** What is done with less than is written, since it would take minutes: by how its words begin, what is added or put in its place. */
const less: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'headroom benchmark': { '--duration': '1s', '--rate': '20' },
  'headroom check': { '--duration': '1s', '--users': '2' },
  'headroom compare': { '--duration': '10s', '--rate': '10' },
  'headroom loadtest': { '--duration': '1s', '--ramp-up': '0s', '--rate': '20' },
  'headroom loadtest --test': { '--max-users': '2', '--start-users': '1', '--step': '1s', '--ramp-up': '0s' },
  'headroom loadtest --artillery': {},
  'headroom loadtest --scenarios': { '--duration': '1s', '--ramp-up': '0s', '--users': '1' },
  'headroom profile apply': { '--verify': 'none' },
};

/** The functions that stand in the place of programs. What is not done says so on its third descriptor. */
const prelude = `
set -E
trap 'status=$?; [ $status -eq 0 ] || { echo "$place: $BASH_COMMAND" >&2; exit 90; }' ERR
undone() { printf '%s\\n' "$1" >&3; }
headroom() {
  local answer
  answer=$(printf '%s\\0' "$@" | command curl --data-binary @- "$BRIDGE") || return 91
  printf '%s\\n' "\${answer#*$'\\n'}"
  # A limit that is not kept is an answer, too.
  [ "\${answer%%$'\\n'*}" -le 1 ]
}
npx() { shift; headroom "$@"; }
npm() {
  case "$*" in
    'run headroom -- '*) shift 3; headroom "$@" ;;
    'run '*) undone "npm run $2" ;;
    *) undone "npm $1" ;;
  esac
}
aws() { undone "aws $1"; }
node() { command node --conditions=headroom-source "$@"; }
# As in the one place where it is used: the program need not be there.
jq() { command node -p 'JSON.stringify({ template: fs.readFileSync(process.argv[1], "utf8") })' "$3"; }
curl() {
  case "$*" in
    *notifications/*/retry*) undone 'curl retry' ;;
    *stackName*) undone 'curl stackName' ;;
    *) command curl "$@" ;;
  esac
}
`;

export interface Shell {
  /** Runs the blocks of a page, as in one terminal. @returns what was not done; rejects where a command failed, with its place */
  run(blocks: readonly { place: string; text: string }[]): Promise<string[]>;
  close(): Promise<void>;
}

/**
 * Runs pages in bash, each in a directory of its own with the files that they speak of. The command line runs in this process.
 *
 * @param asRun puts what there is here in the place of what is written
 */
export async function startShell(environment: NodeJS.ProcessEnv, asRun: (text: string) => string): Promise<Shell> {
  const root = mkdtempSync(join(tmpdir(), 'headroom-documentation-'));
  const undone = new Map<string, string[]>();
  const errors = new Map<string, string>();
  const bridge = http.createServer(async (request, response) => {
    const directory = request.url?.slice(1) ?? '';
    const args = (await text(request)).split('\0').slice(0, -1);
    const named = Object.keys(notDone).find((words) => `headroom ${args.join(' ')} `.startsWith(`${words} `));
    if (named !== undefined) {
      undone.get(directory)?.push(named);
      response.end('0\n');
      return;
    }
    const { code, out, err } = await runInProcess(withLess(args), join(root, directory), environment);
    errors.set(directory, `${errors.get(directory) ?? ''}${err}`);
    response.end(`${code}\n${out}`);
  });
  const { port, close } = await listening(bridge);
  let pages = 0;
  return {
    async close() {
      await close();
      rmSync(root, { recursive: true, force: true });
    },
    async run(blocks) {
      const directory = String(++pages);
      const cwd = join(root, directory);
      mkdirSync(join(cwd, 'node_modules'), { recursive: true });
      symlinkSync(resolve('.'), join(cwd, 'node_modules/headroom'));
      for (const [name, content] of Object.entries(files)) writeFileSync(join(cwd, name), asRun(content));
      // Answers that say that something is wrong end a block.
      writeFileSync(join(cwd, '.curlrc'), 'fail-with-body\nsilent\nshow-error\n');
      undone.set(directory, []);
      const script = blocks.map(({ place, text: block }) => `place=${place}\n${asRun(block)}`).join('\n');
      const child = spawn('bash', ['-c', `${prelude}\n${script}`], {
        cwd,
        env: { ...process.env, ...environment, CURL_HOME: cwd, BRIDGE: `http://127.0.0.1:${port}/${directory}` },
        stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      });
      const [, out, err, third] = child.stdio;
      const printed = Promise.all(
        [out, err, third].map((stream) => buffer(stream as NodeJS.ReadableStream).then(String)),
      );
      const [code] = await once(child, 'exit');
      const [said = '', wrong = '', left = ''] = await printed;
      if (code !== 0) throw new Error(`${wrong}\n${errors.get(directory) ?? ''}\n${said.slice(-2_000)}`);
      const names = left.split('\n').filter((name) => name !== '');
      const known = names.map((name) => Object.keys(notDone).find((words) => name.startsWith(words)) ?? name);
      return [...known, ...(undone.get(directory) ?? [])];
    },
  };
}

/** What is written, with less of it where that is said above. */
function withLess(args: readonly string[]): string[] {
  const line = ['headroom', ...args];
  const fits = (words: string): boolean => {
    const [first, ...rest] = words.split(' ').filter((word) => !word.startsWith('--'));
    const flags = words.split(' ').filter((word) => word.startsWith('--'));
    return [first, ...rest].every((word, at) => line[at] === word) && flags.every((flag) => args.includes(flag));
  };
  const [longest] = Object.keys(less)
    .filter(fits)
    .toSorted((a, b) => b.length - a.length);
  const changes = longest === undefined ? {} : (less[longest] ?? {});
  // Models exclude each other.
  const dropped = '--rate' in changes ? ['--users'] : [];
  const kept: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    if (word in changes || dropped.includes(word)) at++;
    else kept.push(word);
  }
  return [...kept, ...Object.entries(changes).flat()];
}
