// A service whose cache may hold more than the heap does.
import { createCache } from 'headroom/cache';
import { onPressure, trimOnPressure } from 'headroom/memory';

const cache = createCache<string>({ namespace: 'pages', policy: { memoryLimitMb: 512 } });
const levels: string[] = [];
let [trims, trimmedBytes] = [0, 0];

onPressure({ heapPercent: 70 }, ({ previous, level }) => levels.push(`${previous} ${level}`));
if (process.argv.includes('--trim')) {
  trimOnPressure({
    heapPercent: 70,
    onTrim({ freedBytes }) {
      trims++;
      trimmedBytes += freedBytes;
    },
  });
}
for (let page = 0; page < 1_300; page++) {
  await cache.set(`page ${page}`, `${page}`.padEnd(40_000, `${page} `));
  if (page % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
}
const { entries = 0, evictions = 0 } = cache.figures().memory ?? {};
process.stdout.write(JSON.stringify({ levels, trims, trimmedBytes, entries, evictions }));
