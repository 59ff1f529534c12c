import { Architecture, Code, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Bundle } from './bundle.ts';
import { resourceName } from './naming.ts';

export interface InstrumentLayerProps {
  stage: string;
  bundle: Bundle;
}

/** What a team adds to its own functions, with a few environment variables, so that they are reported. */
export class InstrumentLayer extends Construct {
  /** Of this version: what was deployed later has another. */
  readonly arn: string;

  constructor(scope: Construct, id: string, { stage, bundle }: InstrumentLayerProps) {
    super(scope, id);
    const layer = new LayerVersion(this, 'Layer', {
      layerVersionName: resourceName(stage, 'instrument'),
      description: 'Reports a function of Node.js to Headroom: AWS_LAMBDA_EXEC_WRAPPER=/opt/headroom-instrument',
      code: Code.fromAsset(bundle.directory),
      compatibleRuntimes: [Runtime.NODEJS_20_X, Runtime.NODEJS_22_X, Runtime.NODEJS_24_X],
      compatibleArchitectures: [Architecture.ARM_64, Architecture.X86_64],
    });
    this.arn = layer.layerVersionArn;
  }
}
