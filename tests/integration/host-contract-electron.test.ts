import { startElectron } from '../support/stub-shells.ts'
import { hostContract } from './host-contract.ts'

hostContract('electron', (shop) => startElectron(shop))
