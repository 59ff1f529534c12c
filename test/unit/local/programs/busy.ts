// Never gives the event loop a turn, so it cannot notice that its parent died.
for (;;) Math.random();
