import { afterAll, describe, expect, it } from 'vitest'
import type { Input, MethodName } from '../../../shared/ipc/contract.ts'
import {
  commandId,
  HOUR,
  NEW_CUSTOMER,
  newTill,
  points,
  removeTempDirs,
  saleOf,
  type TestTill,
} from '../../support/till.ts'

afterAll(removeTempDirs)

interface Command {
  readonly method: MethodName
  readonly input: Record<string, unknown>
  /** The same command id asking for something else. */
  readonly other: Record<string, unknown>
}

/** One of every command that carries an id, in an order in which each can be done. */
async function everyCommand(till: TestTill): Promise<Command[]> {
  const ada = await till.enrol('08031234567', { name: 'Ada' })
  await till.sell(ada, 100_000)
  const sale = await till.sell(ada, 1_000)
  const { program } = await till.done('manager', 'settings.get', {})
  const with_ = till.approver('supervisor')
  return [
    {
      method: 'customer.enrol',
      input: { ...NEW_CUSTOMER, phone: '08020000001', name: 'Bisi' },
      other: { ...NEW_CUSTOMER, phone: '08020000002', name: 'Bisi' },
    },
    {
      method: 'customer.update',
      input: { customer_id: ada, name: 'Ada Obi', clear: [] },
      other: { customer_id: ada, name: 'Ada Eze', clear: [] },
    },
    {
      method: 'customer.consent',
      input: { customer_id: ada, marketing: 'yes', wording: 'w' },
      other: { customer_id: ada, marketing: 'no', wording: 'w' },
    },
    {
      method: 'sale.record',
      input: saleOf(ada, 5_000, { redeem: points(200), receipt: 'R1' }),
      other: saleOf(ada, 5_001, { redeem: points(200), receipt: 'R1' }),
    },
    {
      method: 'sale.record',
      input: saleOf(ada, 5_000, { receipt: 'R1', approver: with_ }),
      other: saleOf(ada, 5_000, { receipt: 'R2', approver: with_ }),
    },
    {
      method: 'sale.void',
      input: { sale_id: sale.sale_id, reason: 'mistake', approver: null },
      other: { sale_id: sale.sale_id, reason: 'another reason', approver: null },
    },
    {
      method: 'points.adjust',
      input: { customer_id: ada, points: 10, reason: 'kind', approver: till.approver('manager') },
      other: { customer_id: ada, points: 11, reason: 'kind', approver: till.approver('manager') },
    },
    {
      method: 'staff.add',
      input: { name: 'Efe', role: 'cashier', pin: '2846' },
      other: { name: 'Femi', role: 'cashier', pin: '2846' },
    },
    {
      method: 'staff.update',
      input: { staff_id: till.people.supervisor.id, name: 'Bola A', role: null, active: null, pin: '9153' },
      other: { staff_id: till.people.supervisor.id, name: 'Bola B', role: null, active: null, pin: '9153' },
    },
    {
      method: 'settings.update',
      input: { program: { ...program, redeem_min_points: 50 } },
      other: { program: { ...program, redeem_min_points: 60 } },
    },
    { method: 'clock.confirm', input: { date: '2026-12-03' }, other: { date: '2026-12-04' } },
  ]
}

const by = (method: MethodName) =>
  method.startsWith('staff') || method.startsWith('settings') || method.startsWith('clock')
    ? 'admin'
    : 'cashier'

describe('a command sent again under its id', () => {
  it('has one effect and the same answer, also after a restart and a rebuild; another content is a conflict', async () => {
    const till = await newTill()
    const commands = await everyCommand(till)
    const sent: { command: Command; id: string; answer: unknown }[] = []
    const ask = (method: MethodName, input: unknown) =>
      till.ask(by(method), method, input as Input<MethodName>)
    for (const command of commands) {
      const id = commandId()
      const reply = await ask(command.method, { command_id: id, ...command.input })
      expect(reply, command.method).toMatchObject({ outcome: 'done' })
      sent.push({ command, id, answer: reply })
    }
    const head = till.till.ledger.writer.head().place
    const again = async () => {
      for (const { command, id, answer } of sent) {
        expect(await ask(command.method, { command_id: id, ...command.input }), command.method).toEqual(
          answer,
        )
        expect(await ask(command.method, { command_id: id, ...command.other }), command.method).toMatchObject(
          {
            outcome: 'refused',
            refusal: { code: 'conflict' },
          },
        )
      }
      expect(till.till.ledger.writer.head().place).toBe(head)
    }
    await again()
    await till.restart()
    await again()
    await till.rebuild()
    await again()
    expect((await till.verify()).ok).toBe(true)
  })

  it('is answered although the one who approved has gone, or mistypes the PIN now', async () => {
    const till = await newTill()
    const ada = await till.enrol('08031234567')
    const input = {
      command_id: commandId(),
      customer_id: ada,
      points: 700,
      reason: 'kind',
      approver: till.approver('manager'),
    }
    const first = await till.ask('supervisor', 'points.adjust', input)
    const wrong = { ...input, approver: { ...input.approver, pin: '111111' } }
    expect(await till.ask('supervisor', 'points.adjust', wrong)).toEqual(first)
    const gone = { staff_id: input.approver.staff_id, name: null, role: null, active: false, pin: null }
    await till.done('admin', 'staff.update', gone)
    expect(await till.ask('supervisor', 'points.adjust', input)).toEqual(first)
    expect(await till.balance(ada)).toBe(700)
  })

  it('does not set back what came after it', async () => {
    const till = await newTill()
    const staff = { staff_id: till.people.cashier.id, name: null, role: null, active: null, pin: '9153' }
    const input = { command_id: commandId(), ...staff }
    await till.done('manager', 'staff.update', input)
    const session = await till.done(null, 'session.sign_in', { staff_id: staff.staff_id, pin: '9153' })
    await till.done('manager', 'staff.update', input)
    await till.done(session, 'session.touch', {})
  })

  it('goes on where it was cut: two at once have one effect', async () => {
    const till = await newTill()
    const ada = await till.enrol('08031234567')
    const input = { command_id: commandId(), ...saleOf(ada, 1_000) }
    const replies = await Promise.all(
      Array.from({ length: 8 }, () => till.ask('cashier', 'sale.record', input)),
    )
    expect(new Set(replies.map((reply) => JSON.stringify(reply))).size).toBe(1)
    expect(await till.balance(ada)).toBe(10)
  })

  it('may come much later', async () => {
    const till = await newTill()
    const ada = await till.enrol('08031234567')
    const input = { command_id: commandId(), ...saleOf(ada, 1_000) }
    const first = await till.ask('cashier', 'sale.record', input)
    till.clock.pass(20 * HOUR)
    const cashier = await till.signIn('cashier')
    expect(await till.ask(cashier, 'sale.record', input)).toEqual(first)
  })
})
