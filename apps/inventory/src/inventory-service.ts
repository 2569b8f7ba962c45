import type { CallContext } from '@zt/kit/authz';
import { BusinessError, ZeroTrustError } from '@zt/kit/errors';
import type { Implementation, Resources } from '@zt/kit/service';
import type { InventoryServiceService } from '@zt/proto/inventory';
import { currency, holdSeconds, parseReservationId, parseReserveStock, parseSku } from './inventory.ts';
import type { InventoryStore } from './inventory-store.ts';

/** Answers inventory.v1.InventoryService. A reservation belongs to the user it was made for. */
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
      const reservation = await store.reserve({ id, userId: userIdOf(context), lines, now: at, expiresAt });
      const total = { currency, minorUnits: reservation.totalMinorUnits };
      return { reservationId: id, total, expiresAt: reservation.expiresAt };
    },
    commitReservation: async (request, context) => {
      await store.commit(parseReservationId(request.reservationId), userIdOf(context));
      return {};
    },
    releaseReservation: async (request, context) => {
      await store.release(parseReservationId(request.reservationId), userIdOf(context), now());
      return {};
    },
  };
}

/** What policy sees of a request. */
export const inventoryResources: Resources<typeof InventoryServiceService> = {
  getStock: (request) => ({ sku: cut(request.sku) }),
  reserveStock: (request) => ({ reservation: cut(request.reservationId) }),
  commitReservation: (request) => ({ reservation: cut(request.reservationId) }),
  releaseReservation: (request) => ({ reservation: cut(request.reservationId) }),
};

/** Policy and ledger see a request before it is checked: a long identifier must not make a long record. */
function cut(identifier: string): string {
  return identifier.slice(0, 64);
}

function userIdOf(context: CallContext): string {
  if (context.user === null) throw new ZeroTrustError('user_required', 'a reservation belongs to a user');
  return context.user.id;
}
