import { connect } from './connect.ts';
import { startLanguageServer } from './languageServer.ts';

// The worker is another entry of the same bundle, so it lies beside this one in dist/.
startLanguageServer(connect(), new URL('./server-worker.js', import.meta.url));
