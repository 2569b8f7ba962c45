/** For node: young objects get 12 MB, which would grow to 100 MB where calls come all the time. */
export const smallYoungHeap = ['--max-semi-space-size=4'] as const;

/**
 * The same for a service, which has 40 MB in use: garbage among its old objects, too, is looked for soon. A stack needs half
 * a gigabyte less with it, and no more time.
 */
export const smallHeap = [...smallYoungHeap, '--max-old-space-size=256'] as const;
