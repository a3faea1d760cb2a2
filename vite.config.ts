import { builtinModules } from 'node:module'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type EnvironmentOptions } from 'vite'

/** What is there at run time and must not be bundled: Electron, Node, and the database with its native part. */
const EXTERNAL = ['electron', /^electron\//, 'better-sqlite3', /^node:/, ...builtinModules]

function nodeBundle(
  outDir: string,
  input: Record<string, string>,
  output: { format: 'es' | 'cjs'; codeSplitting?: boolean; entryFileNames: string; chunkFileNames?: string },
): EnvironmentOptions {
  return {
    consumer: 'server',
    resolve: { noExternal: true, external: ['electron', 'better-sqlite3'] },
    build: {
      ssr: true,
      target: 'node24',
      outDir,
      emptyOutDir: true,
      sourcemap: true,
      rolldownOptions: { input, external: EXTERNAL, output },
    },
  }
}

/** One build for all that Electron runs: `vite build` writes out/renderer, out/main (with ledger and sync), out/preload. */
export default defineConfig({
  root: 'renderer',
  // Assets are named from the root of their origin: kasuwa://app/ or http://127.0.0.1:port/.
  base: '/',
  publicDir: false,
  plugins: [react(), tailwindcss()],
  build: {
    outDir: '../out/renderer',
    emptyOutDir: true,
    target: 'chrome140',
    // The content security policy forbids inline anything; a preload polyfill would be inline.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: { input: { index: 'renderer/index.html' } },
  },
  environments: {
    // The pages that head office serves; they are no part of the packaged app.
    console: {
      consumer: 'client',
      build: { outDir: '../out/console', rolldownOptions: { input: { index: 'renderer/hq.html' } } },
    },
    main: nodeBundle(
      '../out/main',
      {
        index: 'electron/main/main.ts',
        ledger: 'electron/ledger/process.ts',
        sync: 'electron/sync/process.ts',
        'check-worker': 'electron/ledger/check-worker.ts',
        'checkpoint-worker': 'electron/ledger/checkpoint-worker.ts',
        'print-worker': 'electron/printing/print-worker.ts',
      },
      // Beside the entries: code finds the worker and the migrations from where it lies.
      { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    ),
    preload: nodeBundle(
      '../out/preload',
      { index: 'electron/preload/index.ts' },
      { format: 'cjs', codeSplitting: false, entryFileNames: '[name].cjs' },
    ),
  },
  builder: {
    async buildApp(builder) {
      for (const name of ['client', 'console', 'main', 'preload']) {
        const environment = builder.environments[name]
        if (environment) await builder.build(environment)
      }
    },
  },
})
