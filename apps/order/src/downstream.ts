import type { Kit, SecureClient } from '@zt/kit/service';
import { InventoryServiceService } from '@zt/proto/inventory';
import { PaymentServiceService } from '@zt/proto/payment';

/** The services that an order needs. */
export interface Downstream {
  readonly inventory: SecureClient<typeof InventoryServiceService>;
  readonly payment: SecureClient<typeof PaymentServiceService>;
}

export function connectDownstream(kit: Kit): Downstream {
  return {
    inventory: kit.connect(InventoryServiceService, 'inventory'),
    payment: kit.connect(PaymentServiceService, 'payment'),
  };
}
