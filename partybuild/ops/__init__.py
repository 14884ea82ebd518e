"""The administrators' pages: health, queues, channels, audit."""
