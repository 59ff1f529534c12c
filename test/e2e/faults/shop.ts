// The demo shop as a service whose faults a test switches.
import type { ShopFaults } from '../../../lib/local/demo/faults.ts';
import { openShop } from '../../../lib/local/demo/shop.ts';
import { openStock, type StockSize } from '../../../lib/local/demo/stock.ts';
import { answerOrders } from './answer-orders.ts';

const { pageSize, ...size } = JSON.parse(process.argv[2] ?? '') as StockSize & { pageSize: number };
const database = openStock(':memory:', size);

answerOrders((faults: ShopFaults) => openShop({ database, faults, pageSize }));
