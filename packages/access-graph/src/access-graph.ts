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
      about: 'The one door for users.',
      api: 'gateway',
      dnsNames: ['localhost'],
      methods: {
        PlaceOrder: { callers: 'users', for: 'user', scopes: ['orders:write'], record: 'synced' },
        GetOrder: { callers: 'users', for: 'user', scopes: ['orders:read'], record: 'written' },
        ListOrders: { callers: 'users', for: 'user', scopes: ['orders:read'], record: 'written' },
        CancelOrder: { callers: 'users', for: 'user', scopes: ['orders:write'], record: 'synced' },
        RefundOrder: {
          callers: 'users',
          for: 'user',
          scopes: ['orders:write'],
          roles: ['finance'],
          record: 'synced',
        },
        GetAnyOrder: {
          callers: 'users',
          for: 'user',
          scopes: ['orders:read'],
          roles: ['support'],
          purpose: true,
          record: 'written',
        },
        ListAnyOrders: {
          callers: 'users',
          for: 'user',
          scopes: ['orders:read'],
          roles: ['support'],
          purpose: true,
          record: 'written',
        },
        GetStock: { callers: 'users', for: 'user', scopes: ['inventory:read'], record: 'written' },
      },
    },

    order: {
      about: 'Takes orders, and sees each one through, or undone.',
      api: 'order.v1.OrderService',
      methods: {
        PlaceOrder: {
          callers: ['gateway.PlaceOrder'],
          for: 'user',
          scopes: ['orders:write'],
          rateLimit: { calls: 2000, seconds: 10 },
          record: 'synced',
        },
        // The gateway has a token of whoever is logged in: taken over, it must not read for all of them.
        GetOrder: {
          callers: ['gateway.GetOrder'],
          for: 'user',
          scopes: ['orders:read'],
          distinctUsers: { users: 10, seconds: 60 },
          record: 'written',
        },
        ListOrders: {
          callers: ['gateway.ListOrders'],
          for: 'user',
          scopes: ['orders:read'],
          distinctUsers: { users: 10, seconds: 60 },
          record: 'written',
        },
        CancelOrder: { callers: ['gateway.CancelOrder'], for: 'user', scopes: ['orders:write'], record: 'synced' },
        // What the gateway asks for is asked for again: whoever holds the gateway must not get past it.
        RefundOrder: {
          callers: ['gateway.RefundOrder'],
          for: 'user',
          scopes: ['orders:write'],
          roles: ['finance'],
          record: 'synced',
        },
        GetAnyOrder: {
          callers: ['gateway.GetAnyOrder'],
          for: 'user',
          scopes: ['orders:read'],
          roles: ['support'],
          purpose: true,
          record: 'written',
        },
        ListAnyOrders: {
          callers: ['gateway.ListAnyOrders'],
          for: 'user',
          scopes: ['orders:read'],
          roles: ['support'],
          purpose: true,
          rateLimit: { calls: 30, seconds: 10 },
          record: 'written',
        },
        RecordSettlement: {
          callers: ['payment.ReceiveSettlement'],
          for: 'workload',
          scopes: ['orders:settle'],
          record: 'synced',
        },
      },
      tables: {
        orders: ['select', 'insert', 'update'],
        order_lines: ['select', 'insert'],
        order_refunds: ['select', 'insert', 'update'],
      },
    },

    inventory: {
      about: 'What is in stock, and what of it is kept for which order.',
      api: 'inventory.v1.InventoryService',
      methods: {
        GetStock: { callers: ['gateway.GetStock'], for: 'user', scopes: ['inventory:read'], record: 'written' },
        ReserveStock: { callers: ['order.PlaceOrder'], for: 'user', scopes: ['inventory:write'], record: 'synced' },
        // What an order began is ended in order's own name, where its user has gone.
        CommitReservation: {
          callers: ['order.PlaceOrder', 'order.CancelOrder'],
          for: 'user or workload',
          scopes: ['inventory:write'],
          record: 'synced',
        },
        ReleaseReservation: {
          callers: ['order.PlaceOrder', 'order.CancelOrder'],
          for: 'user or workload',
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
      about: 'Takes payments and gives them back, at the card network.',
      api: 'payment.v1.PaymentService',
      dnsNames: ['localhost'],
      apiKeysOf: ['card-network'],
      methods: {
        AuthorizePayment: { callers: ['order.PlaceOrder'], for: 'user', scopes: ['payments:write'], record: 'synced' },
        CapturePayment: {
          callers: ['order.PlaceOrder'],
          for: 'user or workload',
          scopes: ['payments:write'],
          record: 'synced',
        },
        VoidPayment: {
          callers: ['order.PlaceOrder', 'order.CancelOrder'],
          for: 'user or workload',
          scopes: ['payments:write'],
          record: 'synced',
        },
        RefundPayment: {
          callers: ['order.PlaceOrder', 'order.CancelOrder', 'order.RefundOrder'],
          for: 'user or workload',
          scopes: ['payments:write'],
          record: 'synced',
        },
        // Over HTTPS: the card network has no SVID, and signs what it sends.
        ReceiveSettlement: {
          callers: { thirdParty: 'card-network' },
          for: 'third party',
          scopes: [],
          record: 'synced',
        },
      },
      tables: {
        payments: ['select', 'insert', 'update'],
        refunds: ['select', 'insert', 'update'],
        settlement_notices: ['select', 'insert', 'update'],
      },
    },

    identity: {
      about: 'Who users are, and on whose behalf a call is made.',
      api: 'identity.v1.TokenExchangeService',
      dnsNames: ['localhost'],
      methods: {
        ExchangeToken: { callers: 'whoever calls for users', for: 'nobody', scopes: [], record: 'written' },
        IssueWorkloadToken: { callers: 'whoever calls for itself', for: 'nobody', scopes: [], record: 'written' },
        GetSigningKeys: { callers: 'whoever takes what identity signs', for: 'nobody', scopes: [], record: 'written' },
        WatchSessions: { callers: 'whoever serves users', for: 'nobody', scopes: [], record: 'written' },
        BlockUser: {
          api: 'identity.v1.UserService',
          callers: ['operator'],
          for: 'workload',
          scopes: ['users:write'],
          record: 'synced',
        },
        UnblockUser: {
          api: 'identity.v1.UserService',
          callers: ['operator'],
          for: 'workload',
          scopes: ['users:write'],
          record: 'synced',
        },
        ListUsers: {
          api: 'identity.v1.UserService',
          callers: ['operator'],
          for: 'workload',
          scopes: ['users:read'],
          record: 'synced',
        },
        QuarantineWorkload: {
          api: 'identity.v1.WorkloadService',
          callers: ['operator'],
          for: 'workload',
          scopes: ['workloads:write'],
          record: 'synced',
        },
        ReleaseWorkload: {
          api: 'identity.v1.WorkloadService',
          callers: ['operator'],
          for: 'workload',
          scopes: ['workloads:write'],
          record: 'synced',
        },
        ListQuarantinedWorkloads: {
          api: 'identity.v1.WorkloadService',
          callers: ['operator'],
          for: 'workload',
          scopes: ['workloads:read'],
          record: 'synced',
        },
      },
      tables: {
        users: ['select'],
        quarantined_workloads: ['select', 'insert', 'delete'],
        blocked_users: ['select', 'insert', 'delete'],
        oidc_records: ['select', 'insert', 'update', 'delete'],
        ended_sessions: ['select', 'insert', 'delete'],
        foreign_sessions: ['select', 'insert', 'update', 'delete'],
        signing_keys: ['select', 'insert', 'update', 'delete'],
      },
    },

    audit: {
      about: 'The ledger of every decision.',
      api: 'audit.v1.AuditService',
      methods: {
        RecordDecisions: { callers: 'every other service', for: 'nobody', scopes: [], record: 'written' },
        WatchPolicyBundles: { callers: 'every other service', for: 'nobody', scopes: [], record: 'written' },
        PublishPolicyBundle: { callers: ['operator'], for: 'workload', scopes: ['policy:write'], record: 'synced' },
        ListDecisions: { callers: ['operator'], for: 'workload', scopes: ['audit:read'], record: 'written' },
      },
      // Nothing that is kept can be changed or deleted.
      tables: {
        decisions: ['select', 'insert'],
        checkpoints: ['select', 'insert'],
        gaps: ['select', 'insert'],
        policy_bundles: ['select', 'insert'],
      },
    },
  },

  /** What has an identity and serves no methods. */
  otherWorkloads: {
    postgres: { dnsNames: ['localhost'] },
    vault: { dnsNames: ['localhost'] },
    'trust-updater': {},
    operator: {},
  },

  /** Who signs what it sends, and has no identity here. */
  thirdParties: ['card-network'],

  /** From this amount on a user needs the role. */
  amountLimits: [{ methods: ['order.PlaceOrder', 'payment.AuthorizePayment'], minorUnits: 10_000_00, role: 'finance' }],
});
