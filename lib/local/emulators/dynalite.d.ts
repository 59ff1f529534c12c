declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** A server that is not listening yet; its `close` also closes the database. Times in ms; no path: in memory. */
  export default function dynalite(options: {
    path?: string;
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }): Server;
}
