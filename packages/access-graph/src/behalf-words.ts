import type { OnBehalfOf } from '@zt/kit/authz';

/** `for a user`, as in "order may call payment/AuthorizePayment for a user". */
export function behalfInWords(onBehalfOf: OnBehalfOf): string {
  switch (onBehalfOf) {
    case 'user':
      return 'for a user';
    case 'workload':
      return 'in its own name';
    case 'user or workload':
      return 'for a user or in its own name';
    case 'third party':
      return 'with what it signs';
    case 'nobody':
      return 'without a token';
  }
}
