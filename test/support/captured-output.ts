/** What this process writes to its output while something goes on: the lines that CloudWatch would get. */
export async function outputOf(work: () => Promise<unknown>): Promise<string[]> {
  const written: string[] = [];
  const { stdout, stderr } = process;
  const originals = { stdout: stdout.write, stderr: stderr.write };
  const keep = (chunk: string | Uint8Array): boolean => {
    written.push(Buffer.from(chunk).toString());
    return true;
  };
  stdout.write = keep;
  stderr.write = keep;
  try {
    await work();
  } finally {
    stdout.write = originals.stdout;
    stderr.write = originals.stderr;
  }
  return written.join('').split('\n').filter(Boolean);
}
