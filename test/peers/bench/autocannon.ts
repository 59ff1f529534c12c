import autocannon from 'autocannon';
import type { GeneratorModule } from '../../bench/load/generator.ts';

export const run: GeneratorModule['run'] = async ({ url, connections, seconds }) => {
  const result = await autocannon({
    url: `${url}/items/17`,
    connections,
    duration: seconds,
    pipelining: 1,
    tlsOptions: { rejectUnauthorized: false },
  });
  if (result.errors + result.non2xx > 0) throw new Error(`${result.errors + result.non2xx} requests failed`);
  return { requests: result.requests.total, seconds: result.duration };
};
