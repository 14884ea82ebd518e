"""One street through a quarter under a simulated clock, by the services the pages use."""
