process.on('SIGTERM', () => {});
process.on('message', () => {});
process.send?.('deaf to SIGTERM');
