// A build tool, started with the same NODE_OPTIONS as the service.
process.stdout.write('built\n');
