// A build tool, started with the same NODE_OPTIONS as the service.
setTimeout(() => process.stdout.write('built\n'), 350);
