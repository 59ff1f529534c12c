import { CfnFunction, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';

/** Connects a function to subnets. */
export function place(lambda: LambdaFunction, vpcConfig: CfnFunction.VpcConfigProperty): void {
  if (lambda.node.defaultChild instanceof CfnFunction) lambda.node.defaultChild.vpcConfig = vpcConfig;
}

/** Said in so many words, so that a function that was isolated leaves its subnets. */
export const placeOutside = (lambda: LambdaFunction): void => place(lambda, { securityGroupIds: [], subnetIds: [] });
