import picocolors from 'picocolors';

/** Said wherever a stack of the kind `embedded` starts, before it does. */
export function printDevelopmentNotice(nativeCommand: string): void {
  console.log(
    picocolors.yellow(
      `For development and tests only: servers that speak their APIs stand in for SPIRE and Vault. With both: ${nativeCommand}`,
    ),
  );
}
