import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** What the network does with replies, as shares of all of them. */
interface Weather {
  /** The request went through; of its reply nothing comes back. */
  readonly dropped: number
  /** Half of the first piece of the reply arrives, then the connection is gone. */
  readonly cut: number
  readonly delayed: number
  readonly delayMsMax: number
  /** Bytes in this direction vanish, and nobody is told. */
  readonly silent: 'none' | 'to_office' | 'to_till'
}
export const CLEAR: Weather = { dropped: 0, cut: 0, delayed: 0, delayMsMax: 0, silent: 'none' }

/** A network between tills and head office that loses things. */
export interface LossyProxy {
  readonly port: number
  /** Where head office listens. */
  leadTo(port: number): void
  /** Connections that a partition has left without bytes end when it is over. */
  change(weather: Weather): void
  /** Replies that did not arrive whole. */
  lost(): number
  close(): Promise<void>
}

/** `random` answers a number in [0, 1). */
export async function lossyProxy(random: () => number): Promise<LossyProxy> {
  const links = new Set<Link>()
  let office = 0
  let weather = CLEAR
  let lost = 0
  const server = createServer((till) => {
    const link = new Link(till, connect(office, '127.0.0.1'), {
      random,
      weather: () => weather,
      lost: () => {
        lost += 1
      },
    })
    links.add(link)
    till.once('close', () => links.delete(link))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    leadTo: (port) => {
      office = port
    },
    change(next) {
      weather = next
      for (const link of links) if (link.hasGap) link.end()
    },
    lost: () => lost,
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const link of links) link.end()
      await closed
    },
  }
}

interface Sky {
  readonly random: () => number
  readonly weather: () => Weather
  readonly lost: () => void
}

class Link {
  readonly #till: Socket
  readonly #office: Socket
  readonly #sky: Sky
  /** A request is on its way and nothing of its reply has come. */
  #waits = false
  /** Bytes have vanished: what follows them would make no sense. */
  hasGap = false

  constructor(till: Socket, office: Socket, sky: Sky) {
    this.#till = till
    this.#office = office
    this.#sky = sky
    for (const socket of [till, office]) {
      socket.setNoDelay(true)
      // Either end may go away at any moment: then the other one goes too.
      socket.on('error', () => this.end())
      socket.once('close', () => this.end())
    }
    till.on('data', (piece) => this.#asked(piece))
    office.on('data', (piece) => this.#answered(piece))
  }

  end(): void {
    this.#till.destroy()
    this.#office.destroy()
  }

  #asked(piece: Buffer): void {
    if (this.hasGap || this.#sky.weather().silent === 'to_office') {
      this.hasGap = true
      return
    }
    this.#waits = true
    this.#office.write(piece)
  }

  #answered(piece: Buffer): void {
    const { dropped, cut, delayed, delayMsMax, silent } = this.#sky.weather()
    if (this.hasGap || silent === 'to_till') {
      this.hasGap = true
      return
    }
    const begins = this.#waits
    this.#waits = false
    const fate = begins ? this.#sky.random() : 1
    if (fate < dropped + cut) {
      this.#sky.lost()
      if (fate >= dropped) this.#till.write(piece.subarray(0, piece.length >> 1), () => this.end())
      else this.end()
    } else if (fate < dropped + cut + delayed) {
      this.#office.pause()
      setTimeout(() => {
        this.#till.write(piece)
        this.#office.resume()
      }, this.#sky.random() * delayMsMax)
    } else this.#till.write(piece)
  }
}
