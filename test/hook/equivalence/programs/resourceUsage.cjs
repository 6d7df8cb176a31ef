const { performance, PerformanceObserver } = require('node:perf_hooks');
const observer = new PerformanceObserver((list) => { console.log(list.getEntries().map((entry) => entry.name).join()); observer.disconnect(); });
observer.observe({ entryTypes: ['measure'] });
(async () => { performance.mark('a'); await null; performance.measure('step', 'a'); console.log(performance.getEntriesByType('mark').length); })();
