import type { MethodDefinition } from '@grpc/grpc-js';
import { AuditServiceService } from '@zt/proto/audit';
import { HealthService } from '@zt/proto/health';
import { TokenExchangeServiceService, UserServiceService } from '@zt/proto/identity';
import { InventoryServiceService } from '@zt/proto/inventory';
import { OrderServiceService } from '@zt/proto/order';
import { PaymentServiceService } from '@zt/proto/payment';

const services = [
  OrderServiceService,
  InventoryServiceService,
  PaymentServiceService,
  TokenExchangeServiceService,
  UserServiceService,
  AuditServiceService,
  HealthService,
];

export type Method = MethodDefinition<Readonly<Record<string, unknown>>, unknown>;

/** Every method that a workload may be asked over gRPC, by its full name. */
export const methods: ReadonlyMap<string, Method> = new Map(
  services.flatMap((service) => Object.values(service)).map((method) => [method.path, method as unknown as Method]),
);
