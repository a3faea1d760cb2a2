import { nodeDigest } from '../platform/node-digest.ts'
import { generateSigningKey, signerFromPkcs8, verifySignature } from '../platform/node-signer.ts'
import { osRandom } from '../platform/random.ts'
import { systemClock } from '../platform/system-clock.ts'
import type { Platform } from './ledger.ts'

/** The ports of the ledger on Node and Electron. `clockOffsetMs` moves the wall clock, for tests of wrong clocks. */
export function nodePlatform(clockOffsetMs = 0): Platform {
  return {
    digest: nodeDigest,
    clock: systemClock(clockOffsetMs),
    random: osRandom,
    signer: signerFromPkcs8,
    newSigningKey: generateSigningKey,
    verify: verifySignature,
  }
}
