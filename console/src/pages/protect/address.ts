// The address of a protected host. Scheme and port are those of the gate, at which the console is too.

export const addressOf = (host: string, { protocol, port }: { protocol: string; port: string }): string =>
  `${protocol}//${host}${port && `:${port}`}/`;

/** Whether every browser finds a host on its own machine, without an entry in any DNS (RFC 6761). */
export const isLocal = (host: string): boolean => host === 'localhost' || host.endsWith('.localhost');
