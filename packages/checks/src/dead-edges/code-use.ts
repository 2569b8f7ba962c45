/** One thing that a workload's code does with a contract. */
export type CodeUse = CodePlace &
  (
    | { readonly kind: 'connects'; readonly api: string; readonly service: string }
    | { readonly kind: 'serves'; readonly api: string }
    /** `/inventory.v1.InventoryService/GetStock` */
    | { readonly kind: 'calls'; readonly method: string }
    /** Something else is done with it, which cannot be followed. */
    | { readonly kind: 'unclear'; readonly api: string }
  );

export interface CodePlace {
  readonly workload: string;
  /** `apps/order/src/order-steps.ts:30` */
  readonly at: string;
}

/** What is used, without the place. */
export type UseIn<Use = CodeUse> = Use extends CodeUse ? Omit<Use, keyof CodePlace> : never;
