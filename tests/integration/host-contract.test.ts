import { startBrowser } from '../support/stub-shells.ts'
import { hostContract } from './host-contract.ts'

// Electron's is in a file of its own, so that the two run beside each other.
hostContract('browser', startBrowser)
