import { type ChildProcess, fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { existsSync } from 'node:fs'
import vm from 'node:vm'
import type { ElectronParts } from '../../electron/main/parts.ts'
import { exposeBridge } from '../../electron/preload/expose.ts'
import type { KasuwaBridge } from '../../shared/ipc/message.ts'

/**
 * Electron without its binary: as much of it as the shell uses, under the names and types of `electron.d.ts`, so
 * that an API which goes away or changes breaks the compilation here. It throws where the real one would fail or,
 * worse, silently do the wrong thing. What it cannot prove: the sandbox, the enforcement of the policy, fuses, how
 * windows behave.
 */

type App = Pick<
  ElectronParts['app'],
  | 'commandLine'
  | 'enableSandbox'
  | 'exit'
  | 'getPath'
  | 'isPackaged'
  | 'quit'
  | 'requestSingleInstanceLock'
  | 'setPath'
  | 'whenReady'
>
type Protocol = Pick<ElectronParts['protocol'], 'handle' | 'registerSchemesAsPrivileged'>
type IpcMain = Pick<ElectronParts['ipcMain'], 'handle' | 'removeHandler'>
type SafeStorage = Pick<
  ElectronParts['safeStorage'],
  'decryptStringAsync' | 'encryptStringAsync' | 'getSelectedStorageBackend' | 'isAsyncEncryptionAvailable'
>
type Session = Electron.Session
type Asked = Pick<
  Session,
  | 'setDevicePermissionHandler'
  | 'setDisplayMediaRequestHandler'
  | 'setPermissionCheckHandler'
  | 'setPermissionRequestHandler'
>
type Handler<K extends keyof Asked> = NonNullable<Parameters<Asked[K]>[0]>

interface FakeFrame {
  url: string
}

export class FakeContents extends EventEmitter {
  readonly mainFrame: FakeFrame = { url: '' }
  windowOpenHandler: ((details: { url: string }) => { action: string }) | null = null
  reloads = 0
  destroyed = false
  /** What the page's preload put into it. */
  bridge: KasuwaBridge | null = null
  readonly exposed: Record<string, unknown> = {}
  readonly fromMain = new EventEmitter()

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.windowOpenHandler = handler
  }
  isDestroyed(): boolean {
    return this.destroyed
  }
  send(channel: string, message: unknown): void {
    if (this.destroyed) throw new Error('Object has been destroyed')
    this.fromMain.emit(channel, {}, structuredClone(message))
  }
  reload(): void {
    this.reloads += 1
  }
  async executeJavaScript(code: string): Promise<unknown> {
    const page = { getElementById: () => ({ childElementCount: 1 }) }
    return vm.runInNewContext(code, { window: { kasuwa: this.bridge }, document: page })
  }
}

interface FakeWindow extends EventEmitter {
  readonly options: Electron.BrowserWindowConstructorOptions
  readonly webContents: FakeContents
  isDestroyed(): boolean
}

export interface FakeOptions {
  readonly userData: string
  readonly packaged?: boolean
  readonly locked?: boolean
  readonly switches?: readonly string[]
  readonly storage?: 'gnome_libsecret' | 'basic_text'
  readonly sealing?: boolean
}

export class FakeElectron {
  /** What was called, in order: some of it must come before `ready`. */
  readonly calls: string[] = []
  readonly windows: FakeWindow[] = []
  readonly children: ChildProcess[] = []
  readonly openedOutside: string[] = []
  readonly permissions: { [K in keyof Asked]?: Handler<K> } = {}
  readonly menus: unknown[] = []
  readonly forks: { entry: string; args: readonly string[]; options: Electron.ForkOptions }[] = []
  readonly powerMonitor = new EventEmitter()
  readonly app: EventEmitter & App
  readonly parts: ElectronParts
  ready = false
  exitCode: number | null = null
  private readonly options: FakeOptions
  private readonly schemes = new Set<string>()
  private readonly schemeHandlers = new Map<string, (request: Request) => Response | Promise<Response>>()
  private readonly ipcHandlers = new Map<string, (event: never, ...args: unknown[]) => unknown>()
  private becomeReady: () => void = () => undefined
  private readonly whenReady = new Promise<void>((resolve) => {
    this.becomeReady = resolve
  })
  private quitting = false

  constructor(options: FakeOptions) {
    this.options = options
    this.app = this.makeApp()
    const fake = this
    class BrowserWindow extends EventEmitter {
      readonly webContents = new FakeContents()
      readonly options: Electron.BrowserWindowConstructorOptions
      constructor(given: Electron.BrowserWindowConstructorOptions) {
        super()
        fake.needReady('new BrowserWindow')
        this.options = given
        fake.windows.push(this)
        fake.app.emit('web-contents-created', {}, this.webContents)
      }
      loadURL(url: string): Promise<void> {
        return fake.load(this.webContents, url).then(() => {
          this.emit('ready-to-show')
        })
      }
      isDestroyed(): boolean {
        return this.webContents.destroyed
      }
      destroy(): void {
        this.webContents.destroyed = true
      }
      show(): void {
        fake.calls.push('show')
      }
      focus(): void {
        fake.calls.push('focus')
      }
      isMinimized(): boolean {
        return false
      }
      restore(): void {}
    }
    this.parts = {
      app: this.app,
      BrowserWindow,
      ipcMain: this.makeIpcMain(),
      Menu: {
        setApplicationMenu: (menu: unknown) => this.menus.push(menu),
        buildFromTemplate: (menu: unknown) => menu,
      },
      powerMonitor: this.powerMonitor,
      powerSaveBlocker: { start: (kind: string) => this.calls.push(`block ${kind}`) },
      protocol: this.makeProtocol(),
      safeStorage: this.makeSafeStorage(),
      session: { defaultSession: this.makeSession() },
      shell: { openExternal: async (url: string) => void this.openedOutside.push(url) },
      utilityProcess: { fork: this.fork.bind(this) },
    } as unknown as ElectronParts
  }

  /** Electron tells the app that it is ready, once. */
  start(): void {
    this.ready = true
    this.becomeReady()
  }

  /** The page of the last window, after its preload ran. */
  get page(): FakeContents {
    const page = this.windows.at(-1)?.webContents
    if (!page) throw new Error('no window is open')
    return page
  }

  /** What `ipcRenderer.invoke` does, for any frame of any page. Rejects as Electron does, without details. */
  async invoke(
    contents: FakeContents,
    frame: FakeFrame | null,
    channel: string,
    ...args: unknown[]
  ): Promise<unknown> {
    const handler = this.ipcHandlers.get(channel)
    if (!handler) throw new Error(`No handler registered for '${channel}'`)
    const event = { sender: contents, senderFrame: frame } as never
    return structuredClone(await handler(event, ...structuredClone(args)))
  }

  /** What a page gets for an address of ours. */
  async fetch(url: string, method = 'GET'): Promise<Response> {
    const handler = this.schemeHandlers.get(new URL(url).protocol.slice(0, -1))
    if (!handler) throw new Error(`ERR_UNKNOWN_URL_SCHEME ${url}`)
    // A Request would normalise the address; Electron hands on what Chromium asked for.
    return handler({ url, method } as Request)
  }

  private needReady(what: string): void {
    if (!this.ready) throw new Error(`${what} before the app is ready`)
  }

  private makeApp(): EventEmitter & App {
    const quit = (): void => {
      if (this.quitting) return
      let prevented = false
      this.app.emit('before-quit', { preventDefault: () => (prevented = true) })
      if (prevented) return
      this.quitting = true
      this.exitCode ??= 0
    }
    const paths = new Map([
      ['userData', this.options.userData],
      ['appData', this.options.userData],
    ])
    const app: App = {
      commandLine: {
        hasSwitch: (name: string) => this.options.switches?.includes(name) ?? false,
      } as unknown as Electron.CommandLine,
      enableSandbox: () => {
        if (this.ready) throw new Error('app.enableSandbox() can only be called before app is ready')
        this.calls.push('enableSandbox')
      },
      exit: (code = 0) => {
        this.exitCode = code
      },
      getPath: (name) => paths.get(name) ?? this.options.userData,
      isPackaged: this.options.packaged ?? false,
      quit,
      requestSingleInstanceLock: () => {
        this.calls.push('requestSingleInstanceLock')
        return !this.options.locked
      },
      setPath: (name, value) => {
        if (!existsSync(value)) throw new Error(`Failed to set path: ${value} is not there`)
        paths.set(name, value)
      },
      whenReady: () => this.whenReady,
    }
    return Object.assign(new EventEmitter(), app)
  }

  private makeProtocol(): Protocol {
    return {
      registerSchemesAsPrivileged: (schemes) => {
        if (this.ready)
          throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready')
        if (this.schemes.size > 0) throw new Error('a second call replaces the first')
        for (const { scheme, privileges } of schemes) {
          if (privileges?.codeCache && !privileges.standard) throw new Error('codeCache needs standard')
          this.schemes.add(scheme)
          this.calls.push(
            `scheme ${scheme} ${Object.keys(privileges ?? {})
              .sort()
              .join()}`,
          )
        }
      },
      handle: (scheme, handler) => {
        this.needReady('protocol.handle')
        if (this.schemeHandlers.has(scheme)) throw new Error(`${scheme} is handled already`)
        this.schemeHandlers.set(scheme, handler as (request: Request) => Response | Promise<Response>)
      },
    }
  }

  private makeIpcMain(): IpcMain {
    return {
      handle: (channel, listener) => {
        if (this.ipcHandlers.has(channel))
          throw new Error(`Attempted to register a second handler for '${channel}'`)
        this.ipcHandlers.set(channel, listener as (event: never, ...args: unknown[]) => unknown)
      },
      removeHandler: (channel) => void this.ipcHandlers.delete(channel),
    }
  }

  private makeSafeStorage(): SafeStorage {
    return {
      isAsyncEncryptionAvailable: async () => {
        this.needReady('safeStorage')
        return this.options.sealing ?? true
      },
      getSelectedStorageBackend: () => (this.ready ? (this.options.storage ?? 'gnome_libsecret') : 'unknown'),
      encryptStringAsync: async (text) => Buffer.from(`v10${Buffer.from(text).toString('hex')}`),
      decryptStringAsync: async (sealed) => {
        const text = sealed.toString()
        if (!text.startsWith('v1')) throw new Error('Error while decrypting the ciphertext provided')
        // "v11" stands for what an older key sealed.
        return {
          result: Buffer.from(text.slice(3), 'hex').toString(),
          shouldReEncrypt: text.startsWith('v11'),
        }
      },
    }
  }

  private makeSession(): Asked {
    return {
      setPermissionRequestHandler: (handler) => {
        if (handler) this.permissions.setPermissionRequestHandler = handler
      },
      setPermissionCheckHandler: (handler) => {
        if (handler) this.permissions.setPermissionCheckHandler = handler
      },
      setDevicePermissionHandler: (handler) => {
        if (handler) this.permissions.setDevicePermissionHandler = handler
      },
      setDisplayMediaRequestHandler: (handler) => {
        if (handler) this.permissions.setDisplayMediaRequestHandler = handler
      },
    }
  }

  /** A real process, so that crashes are real; Electron's `parentPort` is the one thing it lacks. */
  private fork(entry: string, args: string[], options: Electron.ForkOptions): EventEmitter {
    this.needReady('utilityProcess.fork')
    this.forks.push({ entry, args, options })
    const child = fork(entry, args, {
      serialization: 'advanced',
      env: options.env as Record<string, string>,
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    this.children.push(child)
    const process = Object.assign(new EventEmitter(), {
      postMessage: (message: unknown) => {
        if (child.connected) child.send(message as object, () => undefined)
      },
      kill: () => child.kill(),
    })
    child.on('message', (message) => process.emit('message', message))
    child.on('exit', (code) => process.emit('exit', code ?? 1))
    return process
  }

  /** Runs the preload, then asks for the page as a window would. */
  private async load(contents: FakeContents, url: string): Promise<void> {
    contents.mainFrame.url = url
    exposeBridge(
      {
        exposeInMainWorld: (name: string, value: unknown) => {
          contents.exposed[name] = value
          contents.bridge = value as KasuwaBridge
        },
      } as unknown as Electron.ContextBridge,
      {
        invoke: (channel: string, ...args: unknown[]) =>
          this.invoke(contents, contents.mainFrame, channel, ...args),
        on: (channel: string, listener: (...args: unknown[]) => void) =>
          contents.fromMain.on(channel, listener),
        removeListener: (channel: string, listener: (...args: unknown[]) => void) =>
          contents.fromMain.off(channel, listener),
      } as unknown as Electron.IpcRenderer,
    )
    const page = await this.fetch(url)
    if (page.status !== 200) throw new Error(`ERR_FAILED (${page.status}) loading '${url}'`)
  }
}
