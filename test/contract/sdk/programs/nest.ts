// A user's NestJS application on Express, watched by `--import headroom/register`.
import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { Controller, ForbiddenException, Get, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { flush } from 'headroom/register';
import { answerTheTest } from './answer-the-test.ts';

class Shop {
  home() {
    return 'home';
  }
  product() {
    return { id: 1 };
  }
  all() {
    return 'all';
  }
  add() {
    return 'added';
  }
  broken() {
    throw new Error('broken');
  }
  closed() {
    throw new ForbiddenException();
  }
}
/** What `@Get('...')` and its like do: Node runs TypeScript, and no decorators. */
const route = (decorate: MethodDecorator, name: keyof Shop): void => {
  const descriptor = Object.getOwnPropertyDescriptor(Shop.prototype, name);
  if (descriptor !== undefined) decorate(Shop.prototype, name, descriptor);
};
route(Get('/'), 'home');
route(Get('products/:id'), 'product');
route(Get('customers/:customer/orders'), 'all');
route(Post('customers/:customer/orders/:order/items'), 'add');
route(Get('customers/:customer/orders/:order/broken'), 'broken');
route(Get('closed/:door'), 'closed');
Controller()(Shop);
class Application {}
Module({ controllers: [Shop] })(Application);

const app = await NestFactory.create<NestExpressApplication>(Application, { logger: false });
await app.listen(0, '127.0.0.1');
answerTheTest(flush, (app.getHttpServer().address() as AddressInfo).port);
