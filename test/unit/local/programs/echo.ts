// Answers each message with itself; ends, with a complaint, when told to fail.
process.on('message', (message: { fail?: boolean }) => {
  if (message.fail === true) {
    process.stderr.write('first complaint\nlast complaint\n', () => process.exit(7));
    return;
  }
  process.send?.(message);
});
process.on('disconnect', () => process.exit(0));
