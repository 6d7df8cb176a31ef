const risky = async () => { await null; throw new Error('dropped'); };
(async () => { try { await risky(); } catch {} try { await risky(); } catch (error) {} await risky().catch(() => {}); await risky().then(() => {}, function () {}); console.log('fine', (() => {}).length); })();
