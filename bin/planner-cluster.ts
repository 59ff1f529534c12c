import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { constants, zstdCompressSync } from 'node:zlib';
import { PGlite } from '@electric-sql/pglite';

/**
 * Writes the empty cluster that the planner of query advice begins with, since making one takes a function several seconds of
 * CPU, and reading one takes one. To be run anew when PGlite is upgraded: `node bin/planner-cluster.ts`.
 */
const file = fileURLToPath(new URL('../lib/queries/planner/cluster.tar.zst', import.meta.url));
const database = await PGlite.create();
// Nobody makes another database from these.
await database.exec('UPDATE pg_database SET datistemplate = false');
await database.exec('DROP DATABASE template0');
await database.exec('DROP DATABASE template1');
await database.exec('CHECKPOINT');
const archive = new Uint8Array(await (await database.dumpDataDir('none')).arrayBuffer());
const packed = zstdCompressSync(archive, { params: { [constants.ZSTD_c_compressionLevel]: 19 } });
writeFileSync(file, packed);
await database.close();
console.log(`${file}: ${archive.length} bytes, ${packed.length} packed`);
