// A service that keeps what it should let go, and works hard elsewhere.
import { pbkdf2Sync } from 'node:crypto';
import { formatProfile, startCpuProfile, startMemoryProfile } from 'headroom/profile';

const kept: unknown[] = [];
let garbage = 0;

function remember(session: number): void {
  kept.push({ session, pages: new Array(2_000).fill(session) });
}

function forget(session: number): void {
  garbage += JSON.stringify(new Array(4_000).fill(session)).length;
}

function search(): number {
  let found = 0;
  for (let at = 0; at < 3e7; at++) if ((at * 7) % 11 === 3) found++;
  return found;
}

const encrypt = (): Buffer => pbkdf2Sync('password', 'salt', 20_000, 32, 'sha256');

function answer(): number {
  return search() + encrypt().length;
}

const recording = await startMemoryProfile();
const warm: unknown[] = Array.from({ length: 400 }, () => new Array(2_000).fill(garbage));
await recording.snapshot();
for (let session = 0; session < 400; session++) {
  remember(session);
  forget(session);
}
const memory = await recording.stop();
const sampling = await startCpuProfile();
const second = await startMemoryProfile().catch((error: Error) => `${error.name}: ${error.message}`);
for (let request = 0; request < 5; request++) answer();
const cpu = await sampling.stop();
const raw = [cpu.toCpuProfile(), memory.toHeapProfile()].map((text) => Object.keys(JSON.parse(text)));
const shown = [formatProfile(memory), formatProfile(cpu)];
process.stdout.write(JSON.stringify({ memory, cpu, second, raw, shown, kept: kept.length + warm.length }));
