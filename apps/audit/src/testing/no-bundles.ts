/** For tests in which nobody publishes policy bundles. */
export const noBundles = {
  publish: async () => 0,
  feed: { watch: async function* () {} },
};
