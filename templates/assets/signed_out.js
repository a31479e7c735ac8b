// Goes on after a while. A refresh of the page would wait for all frames, and an app's may never have loaded.
const onward = document.querySelector("a[data-onward]");
setTimeout(() => window.location.replace(onward.href), 3000);
