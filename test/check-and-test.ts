import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * `npm test`: the check of types and style, and all tests, beside each other, since the check keeps one core busy only.
 * What the check says is shown in one piece when it has ended. When it failed the tests end too. Arguments are Vitest's.
 */
const check = spawn('npm', ['run', '--silent', 'check'], { stdio: ['ignore', 'pipe', 'pipe'] });
const tests = spawn('vitest', ['run', ...process.argv.slice(2)], { stdio: 'inherit' });

let said = '';
for (const stream of [check.stdout, check.stderr]) {
  stream.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
}

const ended = async (child: ChildProcess): Promise<boolean> => {
  const [code] = await once(child, 'close');
  return code === 0;
};
const checked = ended(check).then((passed) => {
  console.log(`\n${said}The check of types and style ${passed ? 'passed' : 'failed'}.\n`);
  if (!passed) tests.kill('SIGINT');
  return passed;
});
const passed = await Promise.all([checked, ended(tests)]);
process.exitCode = passed.every(Boolean) ? 0 : 1;
