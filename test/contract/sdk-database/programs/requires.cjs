// A service of CommonJS modules. It never asks for `mysql2` itself before it has `mysql2/promise`.
const BetterSqlite = require('better-sqlite3');
const ioredis = require('ioredis');
const mongodb = require('mongodb');
const mysqlPromise = require('mysql2/promise');
const mysql = require('mysql2');
const pg = require('pg');

async function main() {
  const { answerByUses } = await import('./answer-by-uses.ts');
  const { flush } = process.env.HEADROOM_URL === undefined ? {} : await import('headroom/register');
  await answerByUses({ pg, mysql, mysqlPromise, mongodb, ioredis, BetterSqlite }, flush);
}
main();
