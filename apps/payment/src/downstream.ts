import type { Kit, SecureClient } from '@zt/kit/service';
import { OrderServiceService } from '@zt/proto/order';
import type { PaymentConfig } from './config.ts';

/** The service that is told of settlements. */
export interface Downstream {
  readonly order: Pick<SecureClient<typeof OrderServiceService>, 'recordSettlement'>;
}

export function connectDownstream(kit: Kit, config: PaymentConfig): Downstream {
  return { order: kit.connect(OrderServiceService, { service: 'order', address: config.orderAddress }) };
}
