"""What the development servers refuse, each with a sentence for the person at the terminal."""


class StackError(Exception):
    """The development servers cannot do what was asked; the text says why and what to do."""


class AlreadyRunning(StackError):
    """Somebody holds the demo's lock."""


class NotReady(StackError):
    """A server did not answer in time, or ended at once."""
