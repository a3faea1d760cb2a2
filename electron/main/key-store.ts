import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { writeDurably } from '../platform/files.ts'
import {
  fileKeyStore,
  KEY_FILE,
  type KeyStore,
  KeyStoreProblem,
  parseSecrets,
} from '../platform/key-store.ts'
import type { ElectronParts } from './parts.ts'

type SafeStorage = ElectronParts['safeStorage']

/** Lies beside the database: useless without the key store of the person's own account. */
const SEALED_KEY_FILE = 'till.key.sealed'

/**
 * The operating system's key store where there is a real one, else a file with an honest notice. A till that was
 * made with a key file keeps it. Only after the app is ready.
 */
export async function chooseKeyStore(
  safeStorage: SafeStorage,
  dir: string,
  platform: NodeJS.Platform = process.platform,
): Promise<KeyStore> {
  if (existsSync(path.join(dir, KEY_FILE))) return fileKeyStore(dir)
  // "basic_text" seals with a password that stands in Chromium's source.
  const real = platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text'
  return real && (await safeStorage.isAsyncEncryptionAvailable())
    ? sealedKeyStore(safeStorage, dir)
    : fileKeyStore(dir)
}

function sealedKeyStore(safeStorage: SafeStorage, dir: string): KeyStore {
  const file = path.join(dir, SEALED_KEY_FILE)
  const save: KeyStore['save'] = async (secrets) => {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    const sealed = await safeStorage.encryptStringAsync(JSON.stringify(secrets))
    writeDurably(file, sealed.toString('base64'))
  }
  return {
    kind: 'os',
    notice: '',
    save,
    async load() {
      if (!existsSync(file)) return null
      const { result, shouldReEncrypt } = await unseal(safeStorage, file)
      const secrets = parseSecrets(result, file)
      // The system changed its key: what is sealed with the old one would one day not open.
      if (shouldReEncrypt) await save(secrets)
      return secrets
    },
  }
}

async function unseal(
  safeStorage: SafeStorage,
  file: string,
): Promise<{ result: string; shouldReEncrypt: boolean }> {
  try {
    return await safeStorage.decryptStringAsync(Buffer.from(readFileSync(file, 'utf8'), 'base64'))
  } catch (cause) {
    throw new KeyStoreProblem(
      'The key store of this computer does not open the key of this till. Nothing is lost. Sign in to the computer as the person who set the till up, or run recover with the recovery phrase.',
      { cause },
    )
  }
}
