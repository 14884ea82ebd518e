"""What loading the demo may refuse."""


class DemoIsBeingLoaded(Exception):
    """Another process is loading it at this moment."""


class DemoIsHalfLoaded(Exception):
    """A load was cut off, and somebody has an account here since: nothing is thrown away by itself."""
