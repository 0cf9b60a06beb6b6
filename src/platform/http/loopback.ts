/** True if the host is this machine: `localhost`, 127.0.0.0/8 or `[::1]`, as `URL` normalises them. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname);
}
