import { z } from 'zod';
import { configFile } from '../../contracts/config/file.ts';

/** The JSON Schema of `headroom.config.yaml`, for editors. */
export const configJsonSchema = (): object => ({
  ...z.toJSONSchema(configFile, { io: 'input', unrepresentable: 'any', override: asEditorsKnowIt }),
  title: 'headroom.config.yaml',
});

function asEditorsKnowIt({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  // Bounds that every whole number has say nothing.
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  // Words of others: of OpenAPI, and of zod, which gives the pattern beside it.
  delete jsonSchema.example;
  if (jsonSchema.format === 'starts_with') delete jsonSchema.format;
}

export const configSchemaText = (): string => `${JSON.stringify(configJsonSchema(), null, 2)}\n`;
