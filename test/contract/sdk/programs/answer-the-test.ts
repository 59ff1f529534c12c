/** Tells the test where the service listens, and flushes what was seen when it asks. */
export function answerTheTest(flush: () => Promise<void>, port: number): void {
  process.on('message', async () => {
    await flush();
    process.send?.('flushed');
  });
  process.send?.(`http://127.0.0.1:${port}`);
}
