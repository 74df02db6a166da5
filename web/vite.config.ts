import react from '@vitejs/plugin-react'
import { defaultClientConditions, defineConfig } from 'vite'

const server = 'http://127.0.0.1:3000'

/** The server's security headers allow no inline and no evaluated script, so the build makes none. */
export default defineConfig({
  plugins: [react()],
  resolve: { conditions: ['@headway/source', ...defaultClientConditions] },
  build: { target: 'es2022', sourcemap: false },
  server: {
    proxy: {
      '/api': server,
      '/health': server,
      '/ready': server,
      '/socket.io': { target: server, ws: true },
    },
  },
})
