/** From now on a signal to end runs what is handed over here, the last one first, and then ends the program. */
export function closeOnSignal(): (close: () => unknown) => void {
  const closing: (() => unknown)[] = [];
  const end = async (): Promise<void> => {
    for (const close of closing) await close();
    process.exit(0);
  };
  process.once('SIGTERM', end).once('SIGINT', end);
  return (close) => {
    closing.unshift(close);
  };
}
