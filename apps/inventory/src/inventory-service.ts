import { requireUser } from '@zt/kit/authz';
import { BusinessError } from '@zt/kit/errors';
import type { Implementation, Resources } from '@zt/kit/service';
import type { InventoryServiceService } from '@zt/proto/inventory';
import { currency, holdSeconds, parseReservationId, parseReserveStock, parseSku } from './inventory.ts';
import type { InventoryStore } from './inventory-store.ts';

/**
 * Answers inventory.v1.InventoryService. A reservation belongs to the user it was made for; a service that calls in its
 * own name carries on with any.
 */
export function createInventoryService(options: {
  readonly store: InventoryStore;
  readonly now: () => Date;
}): Implementation<typeof InventoryServiceService> {
  const { store, now } = options;
  return {
    getStock: async (request) => {
      const product = await store.findProduct(parseSku(request.sku));
      if (product === null) throw new BusinessError('not_found', 'There is no such product.');
      const { sku, name, available, unitPriceMinorUnits } = product;
      return { sku, name, available, unitPrice: { currency, minorUnits: unitPriceMinorUnits } };
    },
    reserveStock: async (request, context) => {
      const { id, lines } = parseReserveStock(request);
      const at = now();
      const expiresAt = new Date(at.getTime() + holdSeconds * 1000);
      const reservation = await store.reserve({ id, userId: requireUser(context).id, lines, now: at, expiresAt });
      const total = { currency, minorUnits: reservation.totalMinorUnits };
      return { reservationId: id, total, expiresAt: reservation.expiresAt };
    },
    commitReservation: async (request, context) => {
      await store.commit(parseReservationId(request.reservationId), context.user?.id ?? null);
      return {};
    },
    releaseReservation: async (request, context) => {
      await store.release(parseReservationId(request.reservationId), context.user?.id ?? null, now());
      return {};
    },
  };
}

/** What policy sees of a request. */
export const inventoryResources: Resources<typeof InventoryServiceService> = {
  getStock: (request) => ({ sku: request.sku }),
  reserveStock: (request) => ({ reservation: request.reservationId }),
  commitReservation: (request) => ({ reservation: request.reservationId }),
  releaseReservation: (request) => ({ reservation: request.reservationId }),
};
