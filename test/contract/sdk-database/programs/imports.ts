// A service of ES modules.
// @ts-expect-error it has no types
import BetterSqlite from 'better-sqlite3';
import * as ioredis from 'ioredis';
import * as mongodb from 'mongodb';
import mysql from 'mysql2';
import mysqlPromise from 'mysql2/promise';
import pg from 'pg';
import { answerByUses } from './answer-by-uses.ts';

const { flush } = process.env.HEADROOM_URL === undefined ? {} : await import('headroom/register');
await answerByUses({ pg, mysql, mysqlPromise, mongodb, ioredis, BetterSqlite }, flush);
