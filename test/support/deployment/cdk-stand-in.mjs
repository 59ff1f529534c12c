// Stands in for the command line of CDK: says what it was told, and has CloudFormation make the stack.
const [command, stack, ...rest] = process.argv.slice(2);
console.log(`${command} ${stack} ${rest.join(' ')}`);
if (process.env.CDK_FAILS !== undefined) {
  console.error(process.env.CDK_FAILS);
  process.exit(1);
}
if (command === 'deploy') {
  const body = new URLSearchParams({ Action: 'CreateStack', Version: '2010-05-15', StackName: stack });
  const answer = await fetch(process.env.AWS_ENDPOINT_URL_CLOUDFORMATION, { method: 'POST', body });
  process.exitCode = answer.ok ? 0 : 1;
}
