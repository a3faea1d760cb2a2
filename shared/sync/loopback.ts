const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** True for a host name of a URL that is this very computer: secrets go there without https. */
export const isThisComputer = (hostname: string): boolean => LOOPBACK.test(hostname)
