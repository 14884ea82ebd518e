"""Official documents: composed by the apps, numbered, rendered in the layout of GB/T 9704-2012."""
