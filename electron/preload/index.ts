import { contextBridge, ipcRenderer } from 'electron/renderer'
import { exposeBridge } from './expose.ts'

exposeBridge(contextBridge, ipcRenderer)
