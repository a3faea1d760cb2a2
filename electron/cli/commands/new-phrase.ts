import { renewPhrase } from '../../ledger/new-phrase.ts'
import { nodePlatform } from '../../ledger/node-platform.ts'
import { fileKeyStore } from '../../platform/key-store.ts'
import { noTill } from '../access.ts'
import { type Command, EXIT, JSON_OPTION, refused } from '../command.ts'

export const newPhrase: Command = {
  name: 'new-phrase',
  operands: '',
  operandCount: 0,
  summary: 'make a new recovery phrase, when the first one was not written down or was lost',
  options: JSON_OPTION,
  details: [
    'Works only where the key of the ledger is. Backups made before go on opening with the phrase of their time.',
  ],
  async run(given, terminal) {
    const none = noTill(given.dir)
    if (none) return refused(none, terminal)
    const done = await renewPhrase(given.dir, nodePlatform(), fileKeyStore(given.dir))
    if (!done.ok) return refused(done.refusal, terminal)
    terminal.note('Shown only now. Write it on paper and keep it away from this computer:')
    await terminal.out(`${given.flag('json') ? JSON.stringify(done.value) : done.value.recovery_phrase}\n`)
    return EXIT.done
  },
}
