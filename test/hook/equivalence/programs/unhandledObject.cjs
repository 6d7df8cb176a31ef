async function reply() { await 0; throw { status: 503, body: { reason: 'busy' } }; }
reply();
