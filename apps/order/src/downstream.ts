import type { Kit, SecureClient } from '@zt/kit/service';
import { InventoryServiceService } from '@zt/proto/inventory';
import { PaymentServiceService } from '@zt/proto/payment';
import type { OrderConfig } from './config.ts';

/** The services that an order needs. */
export interface Downstream {
  readonly inventory: SecureClient<typeof InventoryServiceService>;
  readonly payment: SecureClient<typeof PaymentServiceService>;
}

export function connectDownstream(kit: Kit, config: OrderConfig): Downstream {
  return {
    inventory: kit.connect(InventoryServiceService, { service: 'inventory', address: config.inventoryAddress }),
    payment: kit.connect(PaymentServiceService, { service: 'payment', address: config.paymentAddress }),
  };
}
