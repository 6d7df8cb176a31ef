async function cleanUp() {
  try {
    await Promise.reject(new Error('inner'));
  } finally {
    process.exit(4);
  }
}
await cleanUp();
