import { createdCache } from '../created-cache.ts';
import { tryHistories } from '../histories.ts';

/** Arguments: how many histories, and the seed. Ends with 1 and what broke when one breaks a promise. */
const [runs = '1000', seed] = process.argv.slice(2);
const tried = await tryHistories(createdCache, Number(runs), seed === undefined ? undefined : Number(seed));
const { failure, ...rest } = tried;
console.log(JSON.stringify(rest));
if (failure !== undefined) {
  console.log(failure);
  process.exitCode = 1;
}
