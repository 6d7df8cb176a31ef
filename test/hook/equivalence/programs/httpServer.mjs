import { createServer, get } from 'node:http';
const handle = async (request) => { const chunks = []; for await (const chunk of request) chunks.push(chunk); await null; if (request.url === '/fail') throw new Error('failed'); return `${request.method} ${request.url}`; };
const server = createServer((request, response) => { handle(request).then((text) => response.end(text), (error) => { response.statusCode = 500; response.end(error.message); }); });
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const ask = (path) => new Promise((resolve, reject) => get({ port: server.address().port, host: '127.0.0.1', path, agent: false }, async (response) => { let text = ''; for await (const part of response) text += part; resolve([response.statusCode, text]); }).on('error', reject));
console.log(await ask('/a'), await ask('/fail'), (await Promise.all([1, 2, 3].map((n) => ask('/' + n)))).join());
server.close();
