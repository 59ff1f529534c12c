const baseSeconds = 2;
const capSeconds = 300;

/**
 * Exponential backoff with full jitter (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
 * @param receiveCount how often the message was received, 1 for the first time
 * @param random from 0 up to 1
 * @returns whole seconds until the message may be tried again, at least 1
 */
export function backoffSeconds(receiveCount: number, random: number): number {
  const ceiling = Math.min(capSeconds, baseSeconds * 2 ** Math.min(receiveCount, 20));
  return Math.max(1, Math.ceil(random * ceiling));
}
