import type { Kit, SecureClient } from '@zt/kit/service';
import { InventoryServiceService } from '@zt/proto/inventory';
import { OrderServiceService } from '@zt/proto/order';

/** The services behind the gateway. */
export interface Downstream {
  readonly order: SecureClient<typeof OrderServiceService>;
  readonly inventory: SecureClient<typeof InventoryServiceService>;
}

export function connectDownstream(kit: Kit): Downstream {
  return {
    order: kit.connect(OrderServiceService, 'order'),
    inventory: kit.connect(InventoryServiceService, 'inventory'),
  };
}
