try {
  await import('data:text/javascript,async function f( { await');
} catch (error) { console.log(error.name, error.message); }
await import('./parts/broken.mjs');
