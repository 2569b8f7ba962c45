import { defineGraph } from './define-graph.ts';

/**
 * Who may call what, on whose behalf, with which data. SPIRE's entries, Vault's policies and roles, Postgres's grants and
 * the data of the policy are made from this file. Callers are said where they arrive, as `service.Method`: policy checks
 * the service, and a token for a method carries the scopes of whatever that method calls in turn. A name that does not
 * exist is a compile error. `record` is how a decision is kept: `synced` is on disk before the method runs.
 */
export const accessGraph = defineGraph({
  trustDomain: 'zt.example',
  entryPoint: 'gateway',

  services: {
    gateway: {
      api: 'gateway',
      dnsNames: ['localhost'],
      methods: {
        PlaceOrder: { callers: 'users', for: 'user', scopes: ['orders:write'], record: 'synced' },
        GetOrder: { callers: 'users', for: 'user', scopes: ['orders:read'], record: 'written' },
        GetStock: { callers: 'users', for: 'user', scopes: ['inventory:read'], record: 'written' },
      },
    },

    order: {
      api: 'order.v1.OrderService',
      methods: {
        PlaceOrder: { callers: ['gateway.PlaceOrder'], for: 'user', scopes: ['orders:write'], record: 'synced' },
        GetOrder: { callers: ['gateway.GetOrder'], for: 'user', scopes: ['orders:read'], record: 'written' },
      },
      tables: {
        orders: ['select', 'insert', 'update'],
        order_lines: ['select', 'insert'],
      },
    },

    inventory: {
      api: 'inventory.v1.InventoryService',
      methods: {
        GetStock: { callers: ['gateway.GetStock'], for: 'user', scopes: ['inventory:read'], record: 'written' },
        ReserveStock: { callers: ['order.PlaceOrder'], for: 'user', scopes: ['inventory:write'], record: 'synced' },
        CommitReservation: {
          callers: ['order.PlaceOrder'],
          for: 'user',
          scopes: ['inventory:write'],
          record: 'synced',
        },
        ReleaseReservation: {
          callers: ['order.PlaceOrder'],
          for: 'user',
          scopes: ['inventory:write'],
          record: 'synced',
        },
      },
      tables: {
        stock: ['select', 'update'],
        reservations: ['select', 'insert', 'update'],
        reservation_lines: ['select', 'insert'],
      },
    },

    payment: {
      api: 'payment.v1.PaymentService',
      methods: {
        AuthorizePayment: { callers: ['order.PlaceOrder'], for: 'user', scopes: ['payments:write'], record: 'synced' },
        CapturePayment: { callers: ['order.PlaceOrder'], for: 'user', scopes: ['payments:write'], record: 'synced' },
      },
      tables: {
        payments: ['select', 'insert', 'update'],
      },
    },

    identity: {
      api: 'identity.v1.TokenExchangeService',
      dnsNames: ['localhost'],
      methods: {
        ExchangeToken: { callers: 'whoever calls for users', for: 'nobody', scopes: [], record: 'written' },
        GetSigningKeys: { callers: 'whoever is called for users', for: 'nobody', scopes: [], record: 'written' },
      },
      tables: {
        users: ['select'],
        oidc_records: ['select', 'insert', 'update', 'delete'],
      },
    },

    audit: {
      api: 'audit.v1.AuditService',
      methods: {
        RecordDecisions: { callers: 'every other service', for: 'nobody', scopes: [], record: 'written' },
      },
      // Nothing that is kept can be changed or deleted.
      tables: {
        decisions: ['select', 'insert'],
        checkpoints: ['select', 'insert'],
      },
    },
  },

  /** What has an identity and is called by other means than methods. */
  otherWorkloads: {
    postgres: { dnsNames: ['localhost'] },
    vault: { dnsNames: ['localhost'] },
    'trust-updater': {},
    operator: {},
  },

  /** From this amount on a user needs the role. */
  amountLimits: [{ methods: ['order.PlaceOrder', 'payment.AuthorizePayment'], minorUnits: 10_000_00, role: 'finance' }],

  blockedUsers: ['mallory'],

  /** Reasons that are recorded and do not refuse, such as `amount_over_limit: 'observe'`. */
  modes: {},
});
