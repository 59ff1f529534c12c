/**
 * What becomes of an event that one function invoked another with. Who invokes notices by itself what did not happen and
 * may invoke again, so an event that failed is not tried again, and one that waited this long is dropped: whatever would
 * work on it then is late. Lambda takes no shorter time.
 */
export const invokedEvents = { retries: 0, maxAgeSeconds: 60 } as const;
