import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { precompress } from './scripts/precompress.ts';

// The server writes a nonce of its own into each document in the place of this mark (crates/console/src/answer.rs).
const NONCE_MARK = 'COUNTERSIGN_NONCE';

export default defineConfig({
  base: '/console/',
  html: { cspNonce: NONCE_MARK },
  plugins: [react(), precompress()],
  build: {
    // Nothing is inlined as a data: URL, and nothing that differs between two builds is written.
    assetsInlineLimit: 0,
    sourcemap: false,
    target: 'es2022',
    chunkSizeWarningLimit: 800,
  },
  server: {
    // `npm run dev` beside `countersign up`: open http://countersign.localhost:5173/console/ and sign in there.
    host: 'countersign.localhost',
    proxy: { '^/(?!console)': { target: 'http://countersign.localhost:8080' } },
  },
  test: { include: ['src/**/*.test.ts', 'src/**/*.test.tsx'] },
});
