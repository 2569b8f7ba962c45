import type { Kit, SecureClient } from '@zt/kit/service';
import { InventoryServiceService } from '@zt/proto/inventory';
import { OrderServiceService } from '@zt/proto/order';
import type { GatewayConfig } from './config.ts';

/** The services behind the gateway. */
export interface Downstream {
  readonly order: SecureClient<typeof OrderServiceService>;
  readonly inventory: SecureClient<typeof InventoryServiceService>;
}

export function connectDownstream(kit: Kit, config: GatewayConfig): Downstream {
  return {
    order: kit.connect(OrderServiceService, { service: 'order', address: config.orderAddress }),
    inventory: kit.connect(InventoryServiceService, { service: 'inventory', address: config.inventoryAddress }),
  };
}
