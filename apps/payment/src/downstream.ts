import type { Kit, SecureClient } from '@zt/kit/service';
import { OrderServiceService } from '@zt/proto/order';

/** The service that is told of settlements. */
export interface Downstream {
  readonly order: Pick<SecureClient<typeof OrderServiceService>, 'recordSettlement'>;
}

export function connectDownstream(kit: Kit): Downstream {
  return { order: kit.connect(OrderServiceService, 'order') };
}
