import { nameForms } from '../name-forms.ts';
import type { ServicePlan } from '../service-plan.ts';

const message = { file: 'inventory/v1/inventory.proto', contract: '@zt/proto/inventory', example: { sku: '' } };

/** A service that order calls, and that calls inventory. */
export const lanternPlan: ServicePlan = {
  names: nameForms('lantern'),
  about: "Keeps each user's own lanterns, and asks inventory.",
  database: true,
  methods: [
    { name: 'CreateLantern', callers: ['order.PlaceOrder'], scope: 'lantern:write', record: 'synced' },
    { name: 'GetLantern', callers: ['order.GetOrder'], scope: 'lantern:read', record: 'written' },
  ],
  callees: [
    {
      service: 'inventory',
      method: 'GetStock',
      fullName: '/inventory.v1.InventoryService/GetStock',
      client: 'inventory',
      call: 'getStock',
      request: { ...message, fullName: 'inventory.v1.GetStockRequest', name: 'GetStockRequest' },
      response: { ...message, fullName: 'inventory.v1.GetStockResponse', name: 'GetStockResponse' },
      field: { snake: 'get_stock', camel: 'getStock' },
    },
  ],
  callers: ['order'],
  stranger: 'inventory',
  choices: [],
};
